//! Writes a new booking down, with everything that follows from it.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;

use super::append_timeline::{self, TimelineEntry};
use super::insert_appointment;
use super::insert_claim::{self, NewClaim};
use crate::calendars::upsert_write::{WriteWish, upsert};
use crate::entities::appointment;
use crate::error::StoreError;
use crate::jobs::insert_job::{self, NewJob};
use crate::messages::insert_message::{self, NewMessage};
use crate::write_together::write_together;

/// The rows of a booking.
#[derive(Clone, Debug)]
pub struct NewBooking<'a> {
    /// The appointment, which nothing refers to yet.
    pub appointment: &'a appointment::Model,
    /// The time that it takes.
    pub claim: NewClaim,
    /// What its timeline begins with.
    pub entry: TimelineEntry,
    /// In whose calendars it should stand.
    pub wishes: &'a [WriteWish],
    /// The mails that are owed about it.
    pub messages: &'a [NewMessage],
    /// The work that all of this makes, each piece with its lane.
    pub jobs: &'a [NewJob],
}

/// Writes all of it, or nothing.
///
/// # Errors
/// [`StoreError::Claimed`] where the time is taken, [`StoreError::Duplicate`] where the appointment's idempotency key has been
/// used; then the transaction is over. Or the database refuses.
pub async fn write_booking(on: &impl ConnectionTrait, new: NewBooking<'_>, now: Timestamp) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    let mut statements = vec![
        insert_appointment::insertion(backend, new.appointment),
        insert_claim::insertion(backend, new.claim, now),
        append_timeline::insertion(backend, &[new.entry], now),
    ];
    if !new.wishes.is_empty() {
        statements.push(upsert(backend, new.wishes, now));
    }
    if !new.messages.is_empty() {
        statements.push(insert_message::insertion(backend, new.messages, now));
    }
    if !new.jobs.is_empty() {
        statements.push(insert_job::insertion(backend, new.jobs, now));
    }
    write_together(on, statements).await
}
