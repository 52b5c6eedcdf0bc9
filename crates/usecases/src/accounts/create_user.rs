//! Makes an account without a sign-up: for the operator's command line and for demo data.

use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use timetap_core::role::Role;
use timetap_core::text::{EmailAddress, Password, PersonName};
use timetap_store::accounts::insert_user::{NewAccount, insert_user};
use uuid::Uuid;

use crate::accounts::password_hash::hash_password;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The e-mail address.
    pub email: String,
    /// How to address the person.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// Without one the person chooses it by "Forgot password".
    pub password: Option<SecretString>,
    /// Whether the address counts as proven.
    pub verified: bool,
}

/// Why there is no new account.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// Something in it is wrong; fields `email`, `name` and `password`.
    #[error("{}", sentences(.0))]
    Invalid(FieldErrors),
    /// The address has an account.
    #[error("There is an account with this e-mail address already.")]
    AddressTaken,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Makes the account and returns its id.
///
/// # Errors
/// See [`CreateUserError`].
pub async fn create_user(app: &TimeTap, new: NewUser) -> Result<Uuid, CreateUserError> {
    let mut errors = FieldErrors::new();
    let email = errors.take("email", EmailAddress::parse(&new.email));
    let name = errors.take("name", PersonName::parse(&new.name));
    let password = match (&new.password, &email, &name) {
        (None, ..) => None,
        (Some(password), Some(email), Some(name)) => {
            errors.take("password", Password::parse_for(password.expose_secret(), email, name))
        }
        (Some(password), ..) => errors.take("password", Password::parse(password.expose_secret())),
    };
    let (Some(email), Some(name), true) = (email, name, errors.is_empty()) else {
        return Err(CreateUserError::Invalid(errors));
    };
    let password_hash = match &password {
        Some(password) => Some(hash_password(password, &app.entropy).await?),
        None => None,
    };
    let txn = app.db.begin().await.map_err(Unexpected::from)?;
    let made = insert_account(&txn, app, &email, &name, new.role, password_hash, new.verified).await?;
    let id = made.ok_or(CreateUserError::AddressTaken)?;
    txn.commit().await.map_err(Unexpected::from)?;
    Ok(id)
}

/// Makes the account on the open transaction `on`. `None` where the address has one already.
pub(crate) async fn insert_account(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    email: &EmailAddress,
    name: &PersonName,
    role: Role,
    password_hash: Option<String>,
    verified: bool,
) -> Result<Option<Uuid>, Unexpected> {
    let now = app.clock.now();
    let new = NewAccount {
        id: app.entropy.uuid(now),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        name: name.as_str().to_owned(),
        role,
        password_hash,
        verified,
    };
    Ok(insert_user(on, &new, now).await?.then_some(new.id))
}

fn sentences(errors: &FieldErrors) -> String {
    errors.iter().map(|(_, message)| message).collect::<Vec<_>>().join(" ")
}
