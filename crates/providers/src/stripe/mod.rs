//! Stripe: what it tells us, and whether it is Stripe that does.

mod event_envelope;
mod verify_signature;

pub use event_envelope::{EnvelopeError, EventEnvelope};
pub use verify_signature::{SIGNATURE_HEADER, SignatureError, TOLERANCE, verify_signature};
