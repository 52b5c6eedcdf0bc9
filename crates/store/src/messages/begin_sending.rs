//! Writes down what a mail is going to carry, before it goes out.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// What was decided about a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried<'a> {
    /// For a confirmation: whether it has the Meet link.
    pub link: Option<bool>,
    /// The method and the UID of its calendar part, where it has one.
    pub calendar: Option<(&'a str, &'a str)>,
}

/// Marks the mail as being sent and counts the attempt. Returns false where it is settled already: sent or skipped.
///
/// # Errors
/// The database refuses.
pub async fn begin_sending(
    on: &impl ConnectionTrait,
    id: Uuid,
    carried: Carried<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (method, uid) = carried
        .calendar
        .map(|(method, uid)| (method.to_owned(), uid.to_owned()))
        .unzip();
    let done = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value("sending"))
        .col_expr(message::Column::CarriedLink, Expr::value(carried.link))
        .col_expr(message::Column::CalendarMethod, Expr::value(method))
        .col_expr(message::Column::CalendarUid, Expr::value(uid))
        .col_expr(message::Column::Attempts, Expr::col(message::Column::Attempts).add(1))
        .col_expr(message::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::State.is_in(["queued", "sending", "failed"]))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
