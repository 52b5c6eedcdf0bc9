//! Gives an appointment to another one of the staff, or makes it another service's.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timetap_core::span::Span;
use uuid::Uuid;

use super::change_scheduled::change_scheduled;
use crate::entities::{appointment, claim, order_item};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Gives the time that `from` keeps free for the appointment back and takes `span` of `to`'s instead, in one step. Returns
/// false where there is no such claim.
///
/// # Errors
/// [`StoreError::Claimed`] where `to` has something else then.
pub async fn hand_over_claim(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
    to: Uuid,
    span: Span,
) -> Result<bool, StoreError> {
    use claim::Column;
    let mut its = Condition::any().add(Column::AppointmentId.eq(appointment.id));
    if let Some(item_id) = appointment.order_item_id {
        its = its.add(Column::OrderItemId.eq(item_id));
    }
    let done = claim::Entity::update_many()
        .col_expr(Column::ResourceId, Expr::value(to))
        .col_expr(Column::StartsAt, Expr::value(UnixMillis::from(span.start)))
        .col_expr(Column::EndsAt, Expr::value(UnixMillis::from(span.end)))
        .filter(its)
        .filter(Column::ResourceId.eq(appointment.host_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Writes who serves the appointment now, and as what, as it stands in `row`; `was` is the row as it was read. The key of the
/// form that booked it is given up. Returns false where it has changed since.
///
/// # Errors
/// The database refuses.
pub async fn hand_over_appointment(
    on: &impl ConnectionTrait,
    was: &appointment::Model,
    row: &appointment::Model,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use appointment::Column;
    let done = change_scheduled(was, now)
        .col_expr(Column::HostId, Expr::value(row.host_id))
        .col_expr(Column::ServiceId, Expr::value(row.service_id))
        .col_expr(Column::ServiceTitle, Expr::value(row.service_title.clone()))
        .col_expr(Column::HostTimeZone, Expr::value(row.host_time_zone.clone()))
        .col_expr(Column::LocationDetail, Expr::value(row.location_detail.clone()))
        .col_expr(Column::MeetLink, Expr::value(row.meet_link.clone()))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The same for the item of an order that the appointment belongs to, whose order is locked.
///
/// # Errors
/// The database refuses.
pub async fn hand_over_item(
    on: &impl ConnectionTrait,
    item_id: Uuid,
    row: &appointment::Model,
    location_detail: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    use order_item::Column;
    order_item::Entity::update_many()
        .col_expr(Column::StaffId, Expr::value(row.host_id))
        .col_expr(Column::ServiceId, Expr::value(row.service_id))
        .col_expr(Column::Title, Expr::value(row.service_title.clone()))
        .col_expr(Column::LocationDetail, Expr::value(location_detail))
        .col_expr(Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(Column::Id.eq(item_id))
        .exec(on)
        .await?;
    Ok(())
}
