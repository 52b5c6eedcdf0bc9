//! Moves what an appointment claims of a resource to another span in one step, so that its own old span is never in its way.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Moves the claim of `resource_id`: a host, or a room. Returns false where the appointment holds none.
///
/// # Errors
/// [`StoreError::Claimed`] where another claim of the resource overlaps the new span.
pub async fn move_claim(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
    resource_id: Uuid,
    to: Span,
) -> Result<bool, StoreError> {
    let done = claim::Entity::update_many()
        .col_expr(claim::Column::StartsAt, Expr::value(UnixMillis::from(to.start)))
        .col_expr(claim::Column::EndsAt, Expr::value(UnixMillis::from(to.end)))
        .filter(claim::Column::AppointmentId.eq(appointment_id))
        .filter(claim::Column::ResourceId.eq(resource_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}
