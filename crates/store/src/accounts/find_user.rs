//! Looks an account up.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::user;
use crate::error::StoreError;

/// The account whose address has this key (see `EmailAddress::key`).
///
/// # Errors
/// The database refuses.
pub async fn find_user_by_email(on: &impl ConnectionTrait, email_key: &str) -> Result<Option<user::Model>, StoreError> {
    Ok(user::Entity::find()
        .filter(user::Column::EmailKey.eq(email_key))
        .one(on)
        .await?)
}

/// The account of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_user(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<user::Model>, StoreError> {
    Ok(user::Entity::find_by_id(id).one(on).await?)
}
