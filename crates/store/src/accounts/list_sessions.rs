//! A person's sessions.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entities::login_session;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The living sessions of this person, the last used first, at most a hundred.
///
/// # Errors
/// The database refuses.
pub async fn list_sessions(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    now: Timestamp,
) -> Result<Vec<login_session::Model>, StoreError> {
    Ok(login_session::Entity::find()
        .filter(login_session::Column::UserId.eq(user_id))
        .filter(login_session::Column::ExpiresAt.gt(UnixMillis::from(now)))
        .order_by_desc(login_session::Column::LastSeenAt)
        .order_by_desc(login_session::Column::Id)
        .limit(100)
        .all(on)
        .await?)
}
