//! Google calendars end to end: real rows, real jobs, and the stand-in Google over HTTP.

mod busy;
mod connecting;
mod failures;
mod support;
mod worker;
mod writes;
