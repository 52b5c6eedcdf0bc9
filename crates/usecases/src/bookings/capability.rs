//! The token that lets a customer without an account see and change one booking.

use timetap_store::entities::appointment;
use uuid::Uuid;

use super::actor::Actor;
use crate::platform::capability::{self, NewCapability, open_sealed};
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Where the sealed copy stands, which links in mails and calendars are made from.
pub const CAPABILITY_PLACE: &str = "appointments.capability_sealed";

pub(crate) fn make_capability(app: &TimeTap, appointment_id: Uuid) -> Result<NewCapability, Unexpected> {
    capability::make_capability(app, CAPABILITY_PLACE, appointment_id)
}

/// The token of an appointment, for a link that goes to its customer.
///
/// # Errors
/// The key that it was sealed with is not configured, or the row was tampered with.
pub fn open_capability(app: &TimeTap, appointment: &appointment::Model) -> Result<String, Unexpected> {
    open_sealed(app, &appointment.capability_sealed, CAPABILITY_PLACE, appointment.id)
}

/// The token of an appointment for the customer who looks at it: the one that they came with, or for the account that booked,
/// the sealed one. Nothing for the host: the token is the customer's.
pub(super) fn capability_for(
    app: &TimeTap,
    appointment: &appointment::Model,
    actor: &Actor<'_>,
) -> Result<Option<String>, Unexpected> {
    match actor {
        Actor::Host { .. } => Ok(None),
        Actor::Customer {
            capability: Some(token),
            ..
        } if token_hash(token) == appointment.capability_hash => Ok(Some((*token).to_owned())),
        Actor::Customer { .. } => open_capability(app, appointment).map(Some),
    }
}
