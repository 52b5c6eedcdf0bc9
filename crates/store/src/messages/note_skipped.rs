//! A mail that nobody needs any more.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Marks the mail as not needed any more and says why, in a stable word and a sentence.
///
/// # Errors
/// The database refuses.
pub async fn note_skipped(
    on: &impl ConnectionTrait,
    id: Uuid,
    (code, text): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("skipped"))
        .col_expr(message::Column::PayloadSealed, Expr::value(None::<String>))
        .col_expr(message::Column::LastErrorCode, Expr::value(code))
        .col_expr(message::Column::LastError, Expr::value(text))
        .col_expr(message::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.ne("sent"))
        .exec(on)
        .await?;
    Ok(())
}
