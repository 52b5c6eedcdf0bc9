//! Money that goes back: owed once for one reason.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::refund;
use crate::error::StoreError;

/// Inserts a refund, unless one of the same dedupe key is there. Returns whether it is new.
///
/// # Errors
/// The database refuses.
pub async fn insert_refund(on: &impl ConnectionTrait, row: &refund::Model) -> Result<bool, StoreError> {
    let once = OnConflict::column(refund::Column::DedupeKey).do_nothing().to_owned();
    let inserted = refund::Entity::insert(row.clone().into_active_model())
        .on_conflict(once)
        .exec_without_returning(on)
        .await?;
    Ok(inserted > 0)
}

/// The refund of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_refund(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<refund::Model>, StoreError> {
    Ok(refund::Entity::find_by_id(id).one(on).await?)
}

/// All refunds of an order, the oldest first.
///
/// # Errors
/// The database refuses.
pub async fn list_refunds(on: &impl ConnectionTrait, order_id: Uuid) -> Result<Vec<refund::Model>, StoreError> {
    Ok(refund::Entity::find()
        .filter(refund::Column::OrderId.eq(order_id))
        .order_by_asc(refund::Column::CreatedAt)
        .order_by_asc(refund::Column::Id)
        .all(on)
        .await?)
}
