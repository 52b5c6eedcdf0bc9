//! Makes the first administrator, for whoever holds the link that the server printed.

use secrecy::{ExposeSecret, SecretString};
use timetap_core::role::Role;
use timetap_core::text::{EmailAddress, Password, PersonName};
use timetap_store::accounts::count_admins::count_admins;
use timetap_store::accounts::delete_tokens::delete_setup_tokens;
use timetap_store::accounts::find_token::find_token;
use timetap_store::accounts::use_token::use_token;

use crate::accounts::actor::Browser;
use crate::accounts::create_user::insert_account;
use crate::accounts::one_time_link::Purpose;
use crate::accounts::password_hash::hash_password;
use crate::accounts::start_session::start_session;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SetUpForm {
    /// How to address the person.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The password to be.
    pub password: SecretString,
}

/// Why there is no administrator yet.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// Something in it is wrong; fields `name`, `email` and `password`. The link still works.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// The link was used, has expired, or there is an administrator already.
    #[error("This link no longer works. Where there is no administrator yet, restart TimeTap: it prints a new one.")]
    DeadLink,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Whether the link can still be used.
///
/// # Errors
/// The database refuses.
pub async fn is_setup_open(app: &TimeTap, token: &str) -> Result<bool, Unexpected> {
    let reader = app.db.reader();
    let link = find_token(reader, Purpose::Setup, &token_hash(token), app.clock.now()).await?;
    Ok(link.is_some() && count_admins(reader).await? == 0)
}

/// Makes the administrator and signs the browser in. Returns the token for its cookie. Afterwards every such link is dead.
///
/// # Errors
/// See [`SetUpError`].
pub async fn set_up(
    app: &TimeTap,
    token: &str,
    form: &SetUpForm,
    browser: &Browser,
) -> Result<SecretString, SetUpError> {
    if !is_setup_open(app, token).await? {
        return Err(SetUpError::DeadLink);
    }
    let mut errors = FieldErrors::new();
    let name = errors.take("name", PersonName::parse(&form.name));
    let email = errors.take("email", EmailAddress::parse(&form.email));
    let text = form.password.expose_secret();
    let password = match (&email, &name) {
        (Some(email), Some(name)) => errors.take("password", Password::parse_for(text, email, name)),
        _ => errors.take("password", Password::parse(text)),
    };
    let (Some(name), Some(email), Some(password)) = (name, email, password) else {
        return Err(SetUpError::Invalid(errors));
    };
    let hash = hash_password(&password, &app.entropy).await?;
    let now = app.clock.now();
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let used = use_token(&txn, Purpose::Setup, &token_hash(token), now)
        .await
        .map_err(Unexpected::from)?;
    if used.is_none() || count_admins(&txn).await.map_err(Unexpected::from)? > 0 {
        return Err(SetUpError::DeadLink);
    }
    let Some(user_id) = insert_account(&txn, app, &email, &name, Role::Admin, Some(hash), true).await? else {
        return Err(SetUpError::Invalid(FieldErrors::one(
            "email",
            "This address has an account already. Use another, or make that account an administrator with: \
             timetap user set-role ADDRESS admin",
        )));
    };
    delete_setup_tokens(
        &txn,
        now.saturating_add(jiff::SignedDuration::from_mins(1)).unwrap_or(now),
    )
    .await
    .map_err(Unexpected::from)?;
    let session = start_session(&txn, app, user_id, browser).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    Ok(session)
}
