//! Signs a person in by address and password.

use secrecy::{ExposeSecret, SecretString};
use timetap_core::text::EmailAddress;
use timetap_store::accounts::change_user::hold_password;
use timetap_store::accounts::delete_sessions::delete_session;
use timetap_store::accounts::find_user::find_user_by_email;
use uuid::Uuid;

use crate::accounts::actor::Browser;
use crate::accounts::password_hash::check_password;
use crate::accounts::rate_limit::{RateError, SIGN_IN_ACCOUNT, SIGN_IN_NETWORK, TooMany, forget, hit, network_key};
use crate::accounts::start_session::start_session;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SignInForm {
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: SecretString,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A field is empty or no address; fields `email` and `password`.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// No account, no password, or another one: which, is not told.
    #[error("E-mail address and password do not fit together. Check both, or choose a new password.")]
    Wrong,
    /// The password is right, and the account was disabled.
    #[error("This account is disabled. Ask an administrator to enable it again.")]
    Disabled,
    /// Too many tries for one account or from one place.
    #[error("Too many tries. Wait {}, or choose a new password.", .0.wait())]
    TooMany(TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<RateError> for SignInError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Somebody who was just signed in.
#[derive(Clone, Debug)]
pub struct NewSignIn {
    /// For the browser's cookie.
    pub token: SecretString,
    /// Whether the person is booked by others, and so begins at the workplace.
    pub is_host: bool,
}

/// Signs in. The session in use before, `replaced`, ends: a new sign-in is a new token.
///
/// # Errors
/// See [`SignInError`].
pub async fn sign_in(
    app: &TimeTap,
    form: SignInForm,
    browser: &Browser,
    replaced: Option<(Uuid, Uuid)>,
) -> Result<NewSignIn, SignInError> {
    let mut errors = FieldErrors::new();
    let email = errors.take("email", EmailAddress::parse(&form.email));
    if form.password.expose_secret().is_empty() {
        errors.add("password", "Please enter your password.");
    }
    let (Some(email), true) = (email, errors.is_empty()) else {
        return Err(SignInError::Invalid(errors));
    };
    hit(app, SIGN_IN_NETWORK, &network_key(&browser.address)).await?;
    hit(app, SIGN_IN_ACCOUNT, &email.key()).await?;
    let user = find_user_by_email(app.db.reader(), &email.key())
        .await
        .map_err(Unexpected::from)?;
    let stored = user.as_ref().and_then(|user| user.password_hash.as_deref());
    if !check_password(form.password.expose_secret(), stored).await? {
        return Err(SignInError::Wrong);
    }
    let (Some(user), Some(hash)) = (&user, stored) else {
        return Err(SignInError::Wrong);
    };
    if user.disabled_at.is_some() {
        return Err(SignInError::Disabled);
    }
    let role: timetap_core::role::Role = user
        .role
        .parse()
        .map_err(|error| Unexpected::Inconsistent(format!("users.role of {}: {error}", user.id)))?;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    if !hold_password(&txn, user.id, hash).await.map_err(Unexpected::from)? {
        // Changed or disabled since it was checked.
        return Err(SignInError::Wrong);
    }
    if let Some((owner, session)) = replaced {
        delete_session(&txn, owner, session).await.map_err(Unexpected::from)?;
    }
    let token = start_session(&txn, app, user.id, browser).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    forget(app, SIGN_IN_ACCOUNT, &email.key()).await?;
    Ok(NewSignIn {
        token,
        is_host: role.is_host(),
    })
}
