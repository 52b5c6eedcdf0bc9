//! Whether somebody holds a resource's time.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Whether a claim of `resource_id` overlaps `span`, leaving out holds that have run out by `now`. Asked before claiming,
/// under the resource's lock, where a refusal by the database would end the whole transaction.
///
/// # Errors
/// The database refuses.
pub async fn is_taken(
    on: &impl ConnectionTrait,
    resource_id: Uuid,
    span: Span,
    now: Timestamp,
) -> Result<bool, StoreError> {
    use claim::Column;
    let stands = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(UnixMillis::from(now)));
    let count = claim::Entity::find()
        .filter(Column::ResourceId.eq(resource_id))
        .filter(Column::StartsAt.lt(UnixMillis::from(span.end)))
        .filter(Column::EndsAt.gt(UnixMillis::from(span.start)))
        .filter(stands)
        .count(on)
        .await?;
    Ok(count > 0)
}
