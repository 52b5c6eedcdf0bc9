//! Notes another time for an appointment that stays the same one.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timetap_core::span::Span;
use uuid::Uuid;

use super::change_scheduled::change_scheduled;
use crate::entities::{appointment, order_item};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The zones in which the two sides read the new time.
#[derive(Clone, Copy, Debug)]
pub struct Zones<'a> {
    /// The host's.
    pub host: &'a str,
    /// The customer's.
    pub customer: &'a str,
}

/// Moves the appointment as it was read in `was` and raises its sequence. The key of the form that booked it is given up:
/// that form asked for the old time. Returns false where it has changed since.
///
/// # Errors
/// The database refuses.
pub async fn move_appointment(
    on: &impl ConnectionTrait,
    was: &appointment::Model,
    to: Span,
    zones: Zones<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use appointment::Column;
    let done = change_scheduled(was, now)
        .col_expr(Column::StartsAt, Expr::value(UnixMillis::from(to.start)))
        .col_expr(Column::EndsAt, Expr::value(UnixMillis::from(to.end)))
        .col_expr(Column::HostTimeZone, Expr::value(zones.host))
        .col_expr(Column::CustomerTimeZone, Expr::value(zones.customer))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The same for the item of an order that the appointment belongs to, whose order is locked.
///
/// # Errors
/// The database refuses.
pub async fn move_item(on: &impl ConnectionTrait, item_id: Uuid, to: Span, now: Timestamp) -> Result<(), StoreError> {
    use order_item::Column;
    order_item::Entity::update_many()
        .col_expr(Column::StartsAt, Expr::value(UnixMillis::from(to.start)))
        .col_expr(Column::EndsAt, Expr::value(UnixMillis::from(to.end)))
        .col_expr(Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(Column::Id.eq(item_id))
        .exec(on)
        .await?;
    Ok(())
}
