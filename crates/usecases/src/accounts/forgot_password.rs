//! Sends a link to choose a new password. The answer is the same whether or not the address has an account.

use timetap_core::text::EmailAddress;
use timetap_store::accounts::find_user::find_user_by_email;

use crate::accounts::actor::Browser;
use crate::accounts::even_time::in_even_time;
use crate::accounts::one_time_link::{Purpose, issue_link};
use crate::accounts::rate_limit::{RESET_ACCOUNT, RESET_NETWORK, RateError, TooMany, hit, network_key};
use crate::mail::{AccountMail, owe_account_mail};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why no link is sent.
#[derive(Debug, thiserror::Error)]
pub enum ForgotPasswordError {
    /// It is no address; field `email`.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// Too many from one place, or for one address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<RateError> for ForgotPasswordError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Sends the link, if there is an account of this address.
///
/// # Errors
/// See [`ForgotPasswordError`].
pub async fn forgot_password(app: &TimeTap, email: &str, browser: &Browser) -> Result<(), ForgotPasswordError> {
    let email = EmailAddress::parse(email)
        .map_err(|error| ForgotPasswordError::Invalid(FieldErrors::one("email", error.message)))?;
    hit(app, RESET_NETWORK, &network_key(&browser.address)).await?;
    hit(app, RESET_ACCOUNT, &email.key()).await?;
    in_even_time(send_link(app, &email)).await?;
    app.signal.ring();
    Ok(())
}

async fn send_link(app: &TimeTap, email: &EmailAddress) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    let user = find_user_by_email(&txn, &email.key()).await?;
    if let Some(user) = user.filter(|user| user.disabled_at.is_none()) {
        let link = issue_link(&txn, app, Purpose::ResetPassword, Some(user.id)).await?;
        let mail = AccountMail::ResetPassword { name: user.name, link };
        owe_account_mail(&txn, app, Some(user.id), &user.email, &mail).await?;
    }
    txn.commit().await?;
    Ok(())
}
