//! The mail server has taken a mail.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Marks the mail as sent. What it said beyond the appointment, one-time links among it, is forgotten. Returns false where
/// it was marked before.
///
/// # Errors
/// The database refuses.
pub async fn note_sent(on: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let now = UnixMillis::from(now);
    let done = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("sent"))
        .col_expr(message::Column::SentAt, Expr::value(now))
        .col_expr(message::Column::PayloadSealed, Expr::value(None::<String>))
        .col_expr(message::Column::LastErrorCode, Expr::value(None::<String>))
        .col_expr(message::Column::LastError, Expr::value(None::<String>))
        .col_expr(message::Column::UpdatedAt, Expr::value(now))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.ne("sent"))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
