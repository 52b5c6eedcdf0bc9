//! The stand-in Stripe: its REST API under `/stripe/v1/…`, the hosted payment page under `/stripe/c/pay/…`, events
//! with signed webhooks, and a clock for subscriptions that can be moved.
//!
//! Shapes and rules follow Stripe's published OpenAPI description (`github.com/stripe/openapi`) as of the API version in
//! [`options::API_VERSION`], its API reference (`docs.stripe.com/api`) and its guides on Checkout fulfilment, webhooks,
//! idempotent requests and billing; the module that keeps a rule names its page. What it does not play it refuses,
//! as Stripe refuses an unknown parameter: taxes, shipping, trials, proration, manual capture and connected accounts.

pub(crate) mod api;
pub(crate) mod billing;
pub(crate) mod blank;
pub(crate) mod catalog;
pub(crate) mod checkout;
pub(crate) mod deliver_webhooks;
pub(crate) mod due;
pub(crate) mod effects;
pub(crate) mod events;
pub(crate) mod ids;
pub(crate) mod money;
pub(crate) mod objects;
pub(crate) mod operation;
pub(crate) mod options;
pub(crate) mod pages;
pub(crate) mod payments;
pub(crate) mod serve;
pub(crate) mod state;
pub(crate) mod turn;
pub(crate) mod webhooks;
