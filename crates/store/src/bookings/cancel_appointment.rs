//! Notes that an appointment is called off.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, sea_query::Expr};

use super::change_scheduled::change_scheduled;
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
    let done = change_scheduled(was, now)
        .col_expr(Column::Status, Expr::value("cancelled"))
        .col_expr(Column::CancelledBy, Expr::value(by))
        .col_expr(Column::CancelMessage, Expr::value(message.map(str::to_owned)))
        .col_expr(Column::CancelledAt, Expr::value(UnixMillis::from(now)))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
