//! Stripe: what we ask of it, what it tells us, and whether it is Stripe that does.

mod billing;
mod client;
mod error;
mod event_envelope;
mod list_events;
pub mod objects;
mod payments;
mod sessions;
mod verify_signature;

pub use client::{StripeClient, StripeSetupError};
pub use error::StripeError;
pub use event_envelope::{EnvelopeError, EventEnvelope};
pub use sessions::{NewLine, NewSession};
pub use verify_signature::{SIGNATURE_HEADER, SignatureError, TOLERANCE, verify_signature};
