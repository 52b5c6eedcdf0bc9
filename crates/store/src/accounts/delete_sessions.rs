//! Ends sessions.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::login_session;
use crate::error::StoreError;

/// Ends one session of this person. Returns whether there was one.
///
/// # Errors
/// The database refuses.
pub async fn delete_session(on: &impl ConnectionTrait, user_id: Uuid, session_id: Uuid) -> Result<bool, StoreError> {
    let done = login_session::Entity::delete_many()
        .filter(login_session::Column::Id.eq(session_id))
        .filter(login_session::Column::UserId.eq(user_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends every session of this person, but for the one to `keep`. Returns how many there were.
///
/// # Errors
/// The database refuses.
pub async fn delete_sessions(on: &impl ConnectionTrait, user_id: Uuid, keep: Option<Uuid>) -> Result<u64, StoreError> {
    let mut delete = login_session::Entity::delete_many().filter(login_session::Column::UserId.eq(user_id));
    if let Some(keep) = keep {
        delete = delete.filter(login_session::Column::Id.ne(keep));
    }
    Ok(delete.exec(on).await?.rows_affected)
}
