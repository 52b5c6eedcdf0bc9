//! Proves that an address is one's own, by a link that was sent there.

use timetap_store::accounts::change_user::set_verified;
use timetap_store::accounts::delete_tokens::delete_tokens;
use timetap_store::accounts::find_user::find_user;
use timetap_store::accounts::use_token::use_token;
use uuid::Uuid;

use crate::accounts::one_time_link::{Purpose, issue_link};
use crate::accounts::rate_limit::{RateError, TooMany, VERIFY_ACCOUNT, hit};
use crate::mail::{AccountMail, owe_account_mail};
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Why an address is not confirmed.
#[derive(Debug, thiserror::Error)]
pub enum VerifyEmailError {
    /// The link was used, has expired, or never was.
    #[error("This link no longer works. It may have been used already; sign in, and ask for a new one if you need it.")]
    DeadLink,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Uses the link up and notes that the address is proven.
///
/// # Errors
/// See [`VerifyEmailError`].
pub async fn verify_email(app: &TimeTap, token: &str) -> Result<(), VerifyEmailError> {
    let now = app.clock.now();
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let used = use_token(&txn, Purpose::VerifyEmail, &token_hash(token), now)
        .await
        .map_err(Unexpected::from)?;
    let user_id = used.and_then(|used| used.user_id).ok_or(VerifyEmailError::DeadLink)?;
    set_verified(&txn, user_id, now).await.map_err(Unexpected::from)?;
    delete_tokens(&txn, Purpose::VerifyEmail, user_id)
        .await
        .map_err(Unexpected::from)?;
    txn.commit().await.map_err(Unexpected::from)?;
    Ok(())
}

/// Why no other link is sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The address is proven already.
    #[error("Your address is confirmed already.")]
    AlreadyVerified,
    /// Too many for one account.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<RateError> for ResendError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Sends another link to the address of this account.
///
/// # Errors
/// See [`ResendError`].
pub async fn resend_verification(app: &TimeTap, user_id: Uuid) -> Result<(), ResendError> {
    hit(app, VERIFY_ACCOUNT, &user_id.to_string()).await?;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let user = find_user(&txn, user_id)
        .await
        .map_err(Unexpected::from)?
        .ok_or_else(|| Unexpected::Inconsistent(format!("the account {user_id} is gone")))?;
    if user.email_verified_at.is_some() {
        return Err(ResendError::AlreadyVerified);
    }
    let link = issue_link(&txn, app, Purpose::VerifyEmail, Some(user_id)).await?;
    let mail = AccountMail::VerifyEmail { name: user.name, link };
    owe_account_mail(&txn, app, Some(user_id), &user.email, &mail).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
