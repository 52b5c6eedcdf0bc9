//! What a calendar says about its owner's time.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::entities::{busy_interval, connection_calendar};
use crate::error::StoreError;

/// Rows in one statement.
const BATCH: usize = 500;

/// Replaces what was known of one calendar by `busy`, and clears its complaint. In a transaction, so that nobody ever sees
/// the calendar empty in between.
///
/// # Errors
/// The database refuses.
pub async fn replace_busy(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    calendar_id: &str,
    busy: Vec<busy_interval::Model>,
) -> Result<(), StoreError> {
    busy_interval::Entity::delete_many()
        .filter(busy_interval::Column::ConnectionId.eq(connection_id))
        .filter(busy_interval::Column::CalendarId.eq(calendar_id))
        .exec(on)
        .await?;
    for batch in busy.chunks(BATCH) {
        busy_interval::Entity::insert_many(batch.iter().cloned().map(IntoActiveModel::into_active_model))
            .exec_without_returning(on)
            .await?;
    }
    note_calendar_error(on, connection_id, calendar_id, None).await
}

/// Notes why one calendar did not answer, or that it does. What was known of it stays.
///
/// # Errors
/// The database refuses.
pub async fn note_calendar_error(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    calendar_id: &str,
    code: Option<&str>,
) -> Result<(), StoreError> {
    connection_calendar::Entity::update_many()
        .col_expr(connection_calendar::Column::LastErrorCode, Expr::value(code))
        .filter(connection_calendar::Column::ConnectionId.eq(connection_id))
        .filter(connection_calendar::Column::CalendarId.eq(calendar_id))
        .exec(on)
        .await?;
    Ok(())
}

/// Forgets the busy times of every calendar of the connection that is not among `kept`.
///
/// # Errors
/// The database refuses.
pub async fn forget_busy_except(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    kept: &[String],
) -> Result<(), StoreError> {
    busy_interval::Entity::delete_many()
        .filter(busy_interval::Column::ConnectionId.eq(connection_id))
        .filter(busy_interval::Column::CalendarId.is_not_in(kept))
        .exec(on)
        .await?;
    Ok(())
}
