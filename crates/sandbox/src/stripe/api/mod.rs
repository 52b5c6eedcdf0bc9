//! The rules of Stripe's REST API that hold for every resource: keys, parameters, lists, `expand`, errors, idempotency.

pub(crate) mod answer;
pub(crate) mod check_key;
pub(crate) mod errors;
pub(crate) mod expand;
pub(crate) mod idempotency;
pub(crate) mod list_objects;
pub(crate) mod params;
pub(crate) mod request;
pub(crate) mod run;
