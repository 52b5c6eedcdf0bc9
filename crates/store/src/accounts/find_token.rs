//! Looks at a one-time link without using it.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::accounts::insert_token::Purpose;
use crate::entities::one_time_token;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The link behind the hash of a token, while it can still be used.
///
/// # Errors
/// The database refuses.
pub async fn find_token(
    on: &impl ConnectionTrait,
    purpose: Purpose,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<one_time_token::Model>, StoreError> {
    Ok(one_time_token::Entity::find()
        .filter(one_time_token::Column::TokenHash.eq(token_hash))
        .filter(one_time_token::Column::Purpose.eq(purpose.as_str()))
        .filter(one_time_token::Column::UsedAt.is_null())
        .filter(one_time_token::Column::ExpiresAt.gt(UnixMillis::from(now)))
        .one(on)
        .await?)
}
