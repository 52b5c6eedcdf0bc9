//! Changes one's own password.

use secrecy::{ExposeSecret, SecretString};
use timetap_store::accounts::change_user::hold_password;
use timetap_store::accounts::find_user::find_user;
use timetap_store::accounts::touch_session::renew_token;
use uuid::Uuid;

use crate::accounts::password_hash::{check_password, hash_password};
use crate::accounts::rate_limit::{RateError, SIGN_IN_ACCOUNT, TooMany, forget, hit};
use crate::accounts::set_password::{parse_password, put_password};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct ChangePasswordForm {
    /// The password so far.
    pub current: SecretString,
    /// The password to be.
    pub new: SecretString,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// Something in it is wrong; fields `current_password` and `new_password`.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// Too many tries.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<RateError> for ChangePasswordError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Changes the password of this person, ends all sessions but the one in use, and gives that one another token, which is
/// returned for its browser's cookie: whoever had got hold of the old one is out, too.
///
/// # Errors
/// See [`ChangePasswordError`].
pub async fn change_password(
    app: &TimeTap,
    user_id: Uuid,
    session_id: Uuid,
    form: &ChangePasswordForm,
) -> Result<SecretString, ChangePasswordError> {
    let user = find_user(app.db.reader(), user_id)
        .await
        .map_err(Unexpected::from)?
        .ok_or_else(|| Unexpected::Inconsistent(format!("the account {user_id} is gone")))?;
    let mut errors = FieldErrors::new();
    let new = parse_password(&form.new, &user.email, &user.name)?;
    let Some(stored) = &user.password_hash else {
        errors.add(
            "current_password",
            "You have no password yet. Choose one by “Forgot password” on the sign-in page.",
        );
        return Err(ChangePasswordError::Invalid(errors));
    };
    // Whoever sits at an open session could otherwise guess here at leisure.
    hit(app, SIGN_IN_ACCOUNT, &user.email_key).await?;
    let fits = check_password(form.current.expose_secret(), Some(stored)).await?;
    if !fits {
        errors.add("current_password", WRONG);
    }
    let new = errors.take("new_password", new);
    let (Some(new), true) = (new, errors.is_empty()) else {
        if fits {
            forget(app, SIGN_IN_ACCOUNT, &user.email_key).await?;
        }
        return Err(ChangePasswordError::Invalid(errors));
    };
    let hash = hash_password(&new, &app.entropy).await?;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    if !hold_password(&txn, user_id, stored).await.map_err(Unexpected::from)? {
        // It was changed elsewhere since it was checked.
        return Err(ChangePasswordError::Invalid(FieldErrors::one(
            "current_password",
            WRONG,
        )));
    }
    put_password(&txn, app, &user, &hash, Some(session_id)).await?;
    let token = app.entropy.token();
    renew_token(&txn, session_id, &token_hash(&token))
        .await
        .map_err(Unexpected::from)?;
    txn.commit().await.map_err(Unexpected::from)?;
    forget(app, SIGN_IN_ACCOUNT, &user.email_key).await?;
    app.signal.ring();
    Ok(token.into())
}

const WRONG: &str = "This is not your current password.";
