//! A host's days with other hours.

use jiff::civil::Date;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::schedule_override;
use crate::error::StoreError;

/// The overrides by date, from `from` on where it is given. Dates stand as `YYYY-MM-DD`, which sorts as time does.
///
/// # Errors
/// The database refuses.
pub async fn list_overrides(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    from: Option<Date>,
) -> Result<Vec<schedule_override::Model>, StoreError> {
    let mut query = schedule_override::Entity::find().filter(schedule_override::Column::HostId.eq(host_id));
    if let Some(from) = from {
        query = query.filter(schedule_override::Column::Date.gte(from.to_string()));
    }
    Ok(query.order_by_asc(schedule_override::Column::Date).all(on).await?)
}
