//! An attempt at a mail that did not succeed.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// What is known after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The server did not take it, for sure: the next attempt may say something else.
    NotTaken,
    /// The server may have taken it: the next attempt has to say the same.
    Unclear,
}

/// Notes why the mail did not go out, in a stable word and a sentence without addresses.
///
/// # Errors
/// The database refuses.
pub async fn note_not_sent(
    on: &impl ConnectionTrait,
    id: Uuid,
    attempt: Attempt,
    (code, text): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut update = message::Entity::update_many()
        .col_expr(message::Column::LastErrorCode, Expr::value(code))
        .col_expr(message::Column::LastError, Expr::value(text))
        .col_expr(message::Column::UpdatedAt, Expr::value(UnixMillis::from(now)));
    if attempt == Attempt::NotTaken {
        update = update
            .col_expr(message::Column::State, Expr::value("queued"))
            .col_expr(message::Column::CarriedLink, Expr::value(None::<bool>))
            .col_expr(message::Column::CalendarMethod, Expr::value(None::<String>))
            .col_expr(message::Column::CalendarUid, Expr::value(None::<String>));
    }
    update
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.eq("sending"))
        .exec(on)
        .await?;
    Ok(())
}
