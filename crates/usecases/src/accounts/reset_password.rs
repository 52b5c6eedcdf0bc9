//! Chooses a new password by a link that was sent to one's address.

use secrecy::SecretString;
use timetap_store::accounts::change_user::set_verified;
use timetap_store::accounts::find_user::find_user;
use timetap_store::accounts::use_token::use_token;

use crate::accounts::one_time_link::{Purpose, look_at_link};
use crate::accounts::password_hash::hash_password;
use crate::accounts::rate_limit::{SIGN_IN_ACCOUNT, forget};
use crate::accounts::set_password::{parse_password, put_password};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    /// The new password is not fit; field `password`. The link still works.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// The link was used, has expired, or never was.
    #[error("This link no longer works. Ask for a new one.")]
    DeadLink,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Uses the link up and sets the password. All sessions end; the address counts as proven, since the link went there.
///
/// # Errors
/// See [`ResetPasswordError`].
pub async fn reset_password(app: &TimeTap, token: &str, password: &SecretString) -> Result<(), ResetPasswordError> {
    let owner = look_at_link(app, Purpose::ResetPassword, token)
        .await?
        .ok_or(ResetPasswordError::DeadLink)?;
    let password = parse_password(password, &owner.email, &owner.name)?
        .map_err(|error| ResetPasswordError::Invalid(FieldErrors::one("password", error.message)))?;
    let hash = hash_password(&password, &app.entropy).await?;
    let now = app.clock.now();
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    // Looking at the link proved nothing yet: only one of several at the same instant gets to use it.
    use_token(&txn, Purpose::ResetPassword, &token_hash(token), now)
        .await
        .map_err(Unexpected::from)?
        .ok_or(ResetPasswordError::DeadLink)?;
    let user = find_user(&txn, owner.user_id)
        .await
        .map_err(Unexpected::from)?
        .ok_or(ResetPasswordError::DeadLink)?;
    put_password(&txn, app, &user, &hash, None).await?;
    set_verified(&txn, user.id, now).await.map_err(Unexpected::from)?;
    txn.commit().await.map_err(Unexpected::from)?;
    forget(app, SIGN_IN_ACCOUNT, &user.email_key).await?;
    app.signal.ring();
    Ok(())
}
