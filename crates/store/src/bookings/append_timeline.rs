//! What happened to an appointment, in order.

use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QueryTrait,
    Statement,
};
use uuid::Uuid;

use crate::entities::timeline;
use crate::error::StoreError;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    /// A new id.
    pub id: Uuid,
    /// The appointment.
    pub appointment_id: Uuid,
    /// `customer`, `host`, `admin` or `system`.
    pub actor: &'static str,
    /// A short name of what happened, such as `booked`.
    pub event: &'static str,
    /// The same in a sentence for the host.
    pub text: String,
}

/// Notes that it happened now.
///
/// # Errors
/// The database refuses.
pub async fn append_timeline(
    on: &impl ConnectionTrait,
    entry: TimelineEntry,
    now: Timestamp,
) -> Result<(), StoreError> {
    append_to_timelines(on, vec![entry], now).await
}

/// Notes that all of it happened now, in one statement.
///
/// # Errors
/// The database refuses.
pub async fn append_to_timelines(
    on: &impl ConnectionTrait,
    entries: Vec<TimelineEntry>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    on.execute_raw(insertion(on.get_database_backend(), entries, now))
        .await?;
    Ok(())
}

/// The statement that notes all of it.
pub(super) fn insertion(backend: DatabaseBackend, entries: Vec<TimelineEntry>, now: Timestamp) -> Statement {
    let rows = entries.into_iter().map(|entry| {
        let row = timeline::Model {
            id: entry.id,
            appointment_id: entry.appointment_id,
            at: now.into(),
            actor: entry.actor.to_owned(),
            event: entry.event.to_owned(),
            text: entry.text,
        };
        row.into_active_model()
    });
    timeline::Entity::insert_many(rows).build(backend)
}

/// Everything that happened to the appointment, oldest first.
///
/// # Errors
/// The database refuses.
pub async fn load_timeline(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
) -> Result<Vec<timeline::Model>, StoreError> {
    Ok(timeline::Entity::find()
        .filter(timeline::Column::AppointmentId.eq(appointment_id))
        .order_by_asc(timeline::Column::At)
        .order_by_asc(timeline::Column::Id)
        .all(on)
        .await?)
}
