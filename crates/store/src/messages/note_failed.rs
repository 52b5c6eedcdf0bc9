//! A mail that is given up.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Marks a mail that is still on its way as failed, and says why. Returns false where it is settled already.
///
/// # Errors
/// The database refuses.
pub async fn note_failed(
    on: &impl ConnectionTrait,
    id: Uuid,
    (code, text): (&str, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("failed"))
        .col_expr(message::Column::LastErrorCode, Expr::value(code))
        .col_expr(message::Column::LastError, Expr::value(text))
        .col_expr(message::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.is_in(["queued", "sending"]))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
