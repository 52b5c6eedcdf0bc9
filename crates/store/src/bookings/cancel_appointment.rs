//! Notes that an appointment is called off.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};

use crate::entities::appointment;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Cancels the appointment as it was read in `was` and raises its sequence. `by` is `customer` or `host`. The key of the
/// form that booked it is given up, so that the form can book anew. Returns false where the appointment has changed since.
///
/// # Errors
/// The database refuses.
pub async fn cancel_appointment(
    on: &impl ConnectionTrait,
    was: &appointment::Model,
    by: &str,
    message: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use appointment::Column;
    let done = appointment::Entity::update_many()
        .col_expr(Column::Status, Expr::value("cancelled"))
        .col_expr(Column::CancelledBy, Expr::value(by))
        .col_expr(Column::CancelMessage, Expr::value(message.map(str::to_owned)))
        .col_expr(Column::CancelledAt, Expr::value(UnixMillis::from(now)))
        .col_expr(Column::Sequence, Expr::value(was.sequence + 1))
        .col_expr(Column::IdempotencyKey, Expr::value(was.id.to_string()))
        .col_expr(Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(Column::Id.eq(was.id))
        .filter(Column::Sequence.eq(was.sequence))
        .filter(Column::Status.eq("scheduled"))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
