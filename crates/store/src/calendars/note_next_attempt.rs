//! When a calendar write is tried again.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::calendar_write;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Notes it, for whoever looks.
///
/// # Errors
/// The database refuses.
pub async fn note_next_attempt(on: &impl ConnectionTrait, write_id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    calendar_write::Entity::update_many()
        .col_expr(calendar_write::Column::NextAttemptAt, Expr::value(UnixMillis::from(at)))
        .filter(calendar_write::Column::Id.eq(write_id))
        .filter(calendar_write::Column::State.eq("pending"))
        .exec(on)
        .await?;
    Ok(())
}
