//! Notes a one-time link that was given out.

use jiff::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::entities::one_time_token;
use crate::error::StoreError;

/// What a one-time link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Making the first administrator.
    Setup,
    /// Proving that an address is one's own.
    VerifyEmail,
    /// Choosing a new password.
    ResetPassword,
}

impl Purpose {
    /// As it stands in `one_time_tokens.purpose`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// A link that was given out.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// A new id.
    pub id: Uuid,
    /// The hash of its token.
    pub token_hash: String,
    /// What it is good for.
    pub purpose: Purpose,
    /// For whom; nobody for the set-up.
    pub user_id: Option<Uuid>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Notes the link.
///
/// # Errors
/// The database refuses.
pub async fn insert_token(on: &impl ConnectionTrait, new: &NewToken, now: Timestamp) -> Result<(), StoreError> {
    let row = one_time_token::ActiveModel {
        id: Set(new.id),
        token_hash: Set(new.token_hash.clone()),
        purpose: Set(new.purpose.as_str().to_owned()),
        user_id: Set(new.user_id),
        created_at: Set(now.into()),
        expires_at: Set(new.expires_at.into()),
        used_at: NotSet,
    };
    one_time_token::Entity::insert(row).exec_without_returning(on).await?;
    Ok(())
}
