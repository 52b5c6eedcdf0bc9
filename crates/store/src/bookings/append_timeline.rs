//! What happened to an appointment, in order.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, Statement};
use uuid::Uuid;

use crate::entities::timeline;
use crate::error::StoreError;
use crate::given_rows::{GivenRows, Kind};

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
    on.execute_raw(insertion(on.get_database_backend(), &[entry], now))
        .await?;
    Ok(())
}

/// The statement that notes that all of it happened now.
pub(crate) fn insertion(backend: DatabaseBackend, entries: &[TimelineEntry], now: Timestamp) -> Statement {
    let rows: Vec<_> = entries
        .iter()
        .map(|entry| {
            [
                entry.id.into(),
                entry.appointment_id.into(),
                entry.actor.into(),
                entry.event.into(),
                entry.text.clone().into(),
            ]
        })
        .collect();
    let columns = [
        ("id", Kind::Id),
        ("appointment_id", Kind::Id),
        ("actor", Kind::Text),
        ("event", Kind::Text),
        ("text", Kind::Text),
    ];
    let given = GivenRows::new(backend, "line", columns, &rows);
    let sql = format!(
        "INSERT INTO timeline (id, appointment_id, at, actor, event, text) \
         SELECT new.id, new.appointment_id, ${now}, new.actor, new.event, new.text \
         FROM (WITH {lines} SELECT * FROM line) new",
        lines = given.table(),
        now = given.next(),
    );
    Statement::from_sql_and_values(backend, sql, given.values([now.as_millisecond().into()]))
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
