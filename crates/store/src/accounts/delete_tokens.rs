//! Makes one-time links worthless before their time.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::accounts::insert_token::Purpose;
use crate::entities::one_time_token;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Removes every link of this purpose and person that was not used.
///
/// # Errors
/// The database refuses.
pub async fn delete_tokens(on: &impl ConnectionTrait, purpose: Purpose, user_id: Uuid) -> Result<(), StoreError> {
    one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::Purpose.eq(purpose.as_str()))
        .filter(one_time_token::Column::UserId.eq(user_id))
        .filter(one_time_token::Column::UsedAt.is_null())
        .exec(on)
        .await?;
    Ok(())
}

/// Removes set-up links that were made before `before`.
///
/// # Errors
/// The database refuses.
pub async fn delete_setup_tokens(on: &impl ConnectionTrait, before: Timestamp) -> Result<(), StoreError> {
    one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::Purpose.eq(Purpose::Setup.as_str()))
        .filter(one_time_token::Column::CreatedAt.lt(UnixMillis::from(before)))
        .exec(on)
        .await?;
    Ok(())
}
