//! The stand-in Google: accounts, OAuth, userinfo and Calendar v3, with faults on the wire and a ledger of requests.

pub(crate) mod accounts;
pub(crate) mod answer;
pub(crate) mod calendar;
pub(crate) mod errors;
pub(crate) mod later;
pub(crate) mod oauth;
pub(crate) mod operation;
pub(crate) mod quota;
pub(crate) mod request;
pub(crate) mod serve;
pub(crate) mod turn;
