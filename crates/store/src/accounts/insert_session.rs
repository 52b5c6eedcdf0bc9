//! Begins a session.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::entities::login_session;
use crate::error::StoreError;

/// A session to be begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// A new id.
    pub id: Uuid,
    /// The hash of the token that its browser keeps.
    pub token_hash: String,
    /// Its owner.
    pub user_id: Uuid,
    /// A few words about the browser.
    pub device: String,
    /// When it ends unless it is used before.
    pub expires_at: Timestamp,
}

/// Begins the session.
///
/// # Errors
/// The database refuses.
pub async fn insert_session(on: &impl ConnectionTrait, new: &NewSession, now: Timestamp) -> Result<(), StoreError> {
    let row = login_session::ActiveModel {
        id: Set(new.id),
        token_hash: Set(new.token_hash.clone()),
        user_id: Set(new.user_id),
        device: Set(new.device.clone()),
        created_at: Set(now.into()),
        last_seen_at: Set(now.into()),
        expires_at: Set(new.expires_at.into()),
    };
    login_session::Entity::insert(row).exec_without_returning(on).await?;
    Ok(())
}
