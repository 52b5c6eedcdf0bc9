//! Writes a booking down with everything that follows from it, in as few ways to the database as there can be: the host's
//! other customers wait for them.

use timetap_store::Transaction;
use timetap_store::bookings::insert_claim::NewClaim;
use timetap_store::bookings::write_booking::{NewBooking, write_booking};
use timetap_store::entities::appointment;
use timetap_store::jobs::insert_job::NewJob;

use super::timeline::{entry, host_time};
use crate::calendars::{PlannedEvents, plan_events};
use crate::jobs::{Job, When, new_job};
use crate::mail::{BookingEvent, make_mails, when_to_tell};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Writes down the appointment `row`, the time that it takes, what its timeline begins with, in whose calendars it should
/// stand, which mails are owed about it, and the work that all of this makes.
///
/// # Errors
/// [`StoreError::Claimed`](timetap_store::StoreError::Claimed) inside where the time is taken, by the rule of the database; or
/// the database refuses.
pub(super) async fn record_booking(
    txn: &Transaction,
    app: &TimeTap,
    row: &appointment::Model,
    claim: NewClaim,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let PlannedEvents { wishes, staff_email } = plan_events(txn, app, row, true).await?;
    let host_email = staff_email.ok_or_else(|| Unexpected::Inconsistent(format!("host {} is gone", row.host_id)))?;
    let event = BookingEvent::Booked;
    let messages = make_mails(app, row, &event, &["customer", "host"], &host_email)?;
    let mut jobs = Vec::new();
    for wish in wishes.iter().filter(|wish| wish.skipped.is_none()) {
        let job = new_job(app, &Job::WriteCalendar { write_id: wish.id }, When::Now, now)?;
        jobs.push(NewJob {
            lane: Some(wish.user_id),
            ..job
        });
    }
    let when = when_to_tell(app, row, &event);
    for message in &messages {
        jobs.push(new_job(app, &Job::SendMessage { message_id: message.id }, when, now)?);
    }
    let text = format!("Booked by {} for {}.", row.customer_name, host_time(row)?);
    let new = NewBooking {
        appointment: row,
        claim,
        entry: entry(app, row, "customer", "booked", text),
        wishes: &wishes,
        messages: &messages,
        jobs: &jobs,
    };
    write_booking(txn, new, now).await?;
    Ok(())
}
