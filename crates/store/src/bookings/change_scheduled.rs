//! What every change of an appointment has in common.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, UpdateMany};

use crate::entities::appointment::{Column, Entity, Model};
use crate::unix_millis::UnixMillis;

/// An update of the appointment as it was read in `was`, as long as it is scheduled and nobody has changed it since. Its
/// sequence is raised, and the key of the form that booked it is given up: that form asked for something else.
pub(super) fn change_scheduled(was: &Model, now: Timestamp) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::IdempotencyKey, Expr::value(was.id.to_string()))
        .col_expr(Column::Sequence, Expr::value(was.sequence + 1))
        .col_expr(Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(Column::Id.eq(was.id))
        .filter(Column::Sequence.eq(was.sequence))
        .filter(Column::Status.eq("scheduled"))
}
