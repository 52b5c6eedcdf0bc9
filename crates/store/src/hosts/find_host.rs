//! Finds a host's row.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::host;
use crate::error::StoreError;

/// The host of this account, if it has a profile.
///
/// # Errors
/// The database refuses.
pub async fn find_host(on: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<host::Model>, StoreError> {
    Ok(host::Entity::find_by_id(user_id).one(on).await?)
}

/// The host at this public address.
///
/// # Errors
/// The database refuses.
pub async fn find_host_by_slug(on: &impl ConnectionTrait, slug: &str) -> Result<Option<host::Model>, StoreError> {
    Ok(host::Entity::find().filter(host::Column::Slug.eq(slug)).one(on).await?)
}

/// Which of these addresses are taken by somebody else than `user_id`.
///
/// # Errors
/// The database refuses.
pub async fn find_taken_slugs(
    on: &impl ConnectionTrait,
    slugs: Vec<String>,
    user_id: Uuid,
) -> Result<Vec<String>, StoreError> {
    let rows = host::Entity::find()
        .filter(host::Column::Slug.is_in(slugs))
        .filter(host::Column::UserId.ne(user_id))
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| row.slug).collect())
}
