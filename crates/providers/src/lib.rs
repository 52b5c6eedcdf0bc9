//! `TimeTap`'s clients of the outside world: Google (consent, tokens, calendars), Stripe and SMTP.
//!
//! Nothing here knows a database, reads a clock or retries a write. Each call makes one attempt and says exactly how it
//! went; the job runner decides what happens next. Access tokens are passed in with every call, so one client serves
//! every connected account.

pub mod google;
pub mod http;
pub mod mail;
mod observe;
pub mod stripe;
