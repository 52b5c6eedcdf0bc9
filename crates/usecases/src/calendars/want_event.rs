//! Notes what one person's calendar should say about an appointment.

use sea_orm::ConnectionTrait;
use timetap_core::event_text::EventRole;
use uuid::Uuid;

use super::want_events::{queue_wishes, wish_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Wishes that the appointment stands in a person's Google calendar as that role sees it (or, with `present` false, that it
/// does not), whatever that person chose about new events, and queues the work. For everybody at once there is
/// [`want_events()`](super::want_events()).
///
/// # Errors
/// The database refuses.
pub async fn want_event(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    appointment_id: Uuid,
    whose: (Uuid, EventRole),
    present: bool,
) -> Result<(), Unexpected> {
    queue_wishes(on, app, &[wish_of(app, appointment_id, whose, present, true)]).await
}
