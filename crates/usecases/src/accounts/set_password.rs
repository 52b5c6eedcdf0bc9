//! Puts a new password in place: every way of doing so ends here.

use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use timetap_core::text::{EmailAddress, FieldError, Password, PersonName};
use timetap_store::accounts::change_user::set_password_hash;
use timetap_store::accounts::delete_sessions::delete_sessions;
use timetap_store::accounts::delete_tokens::delete_tokens;
use timetap_store::accounts::find_user::find_user_by_email;
use timetap_store::entities::user;
use uuid::Uuid;

use crate::accounts::one_time_link::Purpose;
use crate::accounts::password_hash::hash_password;
use crate::accounts::rate_limit::{SIGN_IN_ACCOUNT, forget};
use crate::mail::{AccountMail, owe_account_mail};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why the operator's password is not set.
#[derive(Debug, thiserror::Error)]
pub enum SetPasswordError {
    /// Nobody has this address.
    #[error("There is no account with this e-mail address.")]
    NoSuchAccount,
    /// The password is not fit.
    #[error("{}", .0.get("password").unwrap_or_default())]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Sets the password of the account of this address, for the operator. All its sessions end, and its owner is told by mail.
///
/// # Errors
/// See [`SetPasswordError`].
pub async fn set_password(app: &TimeTap, email: &str, password: &SecretString) -> Result<(), SetPasswordError> {
    let email = EmailAddress::parse(email).map_err(|_| SetPasswordError::NoSuchAccount)?;
    let user = find_user_by_email(app.db.reader(), &email.key())
        .await
        .map_err(Unexpected::from)?
        .ok_or(SetPasswordError::NoSuchAccount)?;
    let password = parse_password(password, &user.email, &user.name)?
        .map_err(|error| SetPasswordError::Invalid(FieldErrors::one("password", error.message)))?;
    let hash = hash_password(&password, &app.entropy).await?;
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    put_password(&txn, app, &user, &hash, None).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    forget(app, SIGN_IN_ACCOUNT, &user.email_key).await?;
    app.signal.ring();
    Ok(())
}

/// Checks a new password against its owner's name and address as they stand in the database.
pub(super) fn parse_password(
    given: &SecretString,
    email: &str,
    name: &str,
) -> Result<Result<Password, FieldError>, Unexpected> {
    let broken = |error: FieldError| Unexpected::Inconsistent(format!("a stored name or address: {error}"));
    let email = EmailAddress::parse(email).map_err(broken)?;
    let name = PersonName::parse(name).map_err(broken)?;
    Ok(Password::parse_for(given.expose_secret(), &email, &name))
}

/// Stores the hash on the open transaction `on`, ends all sessions but the one to `keep`, makes reset links worthless, and
/// owes the owner a mail about it.
pub(super) async fn put_password(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user: &user::Model,
    hash: &str,
    keep: Option<Uuid>,
) -> Result<(), Unexpected> {
    set_password_hash(on, user.id, hash, app.clock.now()).await?;
    delete_sessions(on, user.id, keep).await?;
    delete_tokens(on, Purpose::ResetPassword, user.id).await?;
    let mail = AccountMail::PasswordChanged {
        name: user.name.clone(),
        reset_link: app.settings.link("/forgot-password"),
    };
    owe_account_mail(on, app, Some(user.id), &user.email, &mail).await
}
