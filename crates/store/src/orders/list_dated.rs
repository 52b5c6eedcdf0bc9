//! Dates of a service that can be chosen: a camp's occurrences, a subscription's weekly times, each with its free seats.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement, Value};
use std::collections::HashMap;
use uuid::Uuid;

use crate::entities::{occurrence, recurring_template};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Seats that somebody has, and when the first of the holds among them runs out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenSeats {
    /// How many.
    pub taken: i64,
    /// When the first hold ends, where there is one.
    pub hold_ends: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    taken: i64,
    hold_ends: Option<UnixMillis>,
}

/// The occurrences of a service that begin after `now`, soonest first, with their taken seats.
///
/// # Errors
/// The database refuses.
pub async fn list_occurrences(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    now: Timestamp,
) -> Result<Vec<(occurrence::Model, TakenSeats)>, StoreError> {
    use occurrence::Column;
    let rows = occurrence::Entity::find()
        .filter(Column::ServiceId.eq(service_id))
        .filter(Column::TemplateId.is_null())
        .filter(Column::Status.eq("scheduled"))
        .filter(Column::StartsAt.gt(UnixMillis::from(now)))
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .all(on)
        .await?;
    let taken = count_taken(on, "seats", "occurrence_id", "occurrences", service_id, now).await?;
    let of = |id| taken.get(&id).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let taken = of(row.id);
            (row, taken)
        })
        .collect())
}

/// The weekly times of a service, with their taken seats.
///
/// # Errors
/// The database refuses.
pub async fn list_templates(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    now: Timestamp,
) -> Result<Vec<(recurring_template::Model, TakenSeats)>, StoreError> {
    use recurring_template::Column;
    let rows = recurring_template::Entity::find()
        .filter(Column::ServiceId.eq(service_id))
        .filter(Column::Active.eq(true))
        .order_by_asc(Column::Weekday)
        .order_by_asc(Column::StartMinute)
        .order_by_asc(Column::Id)
        .all(on)
        .await?;
    let taken = count_taken(
        on,
        "template_seats",
        "template_id",
        "recurring_templates",
        service_id,
        now,
    )
    .await?;
    let of = |id| taken.get(&id).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| {
            let taken = of(row.id);
            (row, taken)
        })
        .collect())
}

async fn count_taken(
    on: &impl ConnectionTrait,
    seats: &str,
    column: &str,
    pools: &str,
    service_id: Uuid,
    now: Timestamp,
) -> Result<HashMap<Uuid, TakenSeats>, StoreError> {
    let sql = format!(
        "SELECT s.{column} AS id, COUNT(*) AS taken, MIN(s.expires_at) AS hold_ends FROM {seats} s \
         JOIN {pools} p ON p.id = s.{column} \
         WHERE p.service_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2) GROUP BY s.{column}"
    );
    let values: [Value; 2] = [service_id.into(), now.as_millisecond().into()];
    let rows = Row::find_by_statement(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .all(on)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let taken = TakenSeats {
                taken: row.taken,
                hold_ends: row.hold_ends.map(Timestamp::from),
            };
            (row.id, taken)
        })
        .collect())
}
