//! Makes an account for somebody who asks for one. The answer is the same whether or not the address has an account; what
//! is to be known stands in the mail.

use secrecy::{ExposeSecret, SecretString};
use timetap_core::role::Role;
use timetap_core::text::{EmailAddress, FieldError, Password, PersonName};
use timetap_store::accounts::find_user::find_user_by_email;

use crate::accounts::actor::Browser;
use crate::accounts::create_user::insert_account;
use crate::accounts::even_time::in_even_time;
use crate::accounts::one_time_link::{Purpose, issue_link};
use crate::accounts::password_hash::hash_password;
use crate::accounts::rate_limit::{RateError, SIGN_UP_ACCOUNT, SIGN_UP_NETWORK, TooMany, hit, network_key};
use crate::mail::{AccountMail, owe_account_mail};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SignUpForm {
    /// `offer` for those who are booked, `book` for those who book.
    pub wish: String,
    /// How to address the person.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The password to be.
    pub password: SecretString,
}

/// Why a sign-up is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Something in it is wrong; fields `wish`, `name`, `email` and `password`.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// Too many from one place, or for one address.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<RateError> for SignUpError {
    fn from(error: RateError) -> Self {
        match error {
            RateError::TooMany(error) => Self::TooMany(error),
            RateError::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// Takes a sign-up. Afterwards the person is asked to look into their inbox: for the link that proves the address, or for
/// the note that there is an account already.
///
/// # Errors
/// See [`SignUpError`].
pub async fn sign_up(app: &TimeTap, form: SignUpForm, browser: &Browser) -> Result<(), SignUpError> {
    let mut errors = FieldErrors::new();
    let role = errors.take("wish", parse_wish(&form.wish));
    let name = errors.take("name", PersonName::parse(&form.name));
    let email = errors.take("email", EmailAddress::parse(&form.email));
    let text = form.password.expose_secret();
    let password = match (&email, &name) {
        (Some(email), Some(name)) => errors.take("password", Password::parse_for(text, email, name)),
        _ => errors.take("password", Password::parse(text)),
    };
    let (Some(role), Some(name), Some(email), Some(password)) = (role, name, email, password) else {
        return Err(SignUpError::Invalid(errors));
    };
    hit(app, SIGN_UP_NETWORK, &network_key(&browser.address)).await?;
    hit(app, SIGN_UP_ACCOUNT, &email.key()).await?;
    in_even_time(take(app, role, &name, &email, &password)).await?;
    app.signal.ring();
    Ok(())
}

async fn take(
    app: &TimeTap,
    role: Role,
    name: &PersonName,
    email: &EmailAddress,
    password: &Password,
) -> Result<(), Unexpected> {
    // Hashed before it is known whether it is needed: the same work for every address.
    let hash = hash_password(password, &app.entropy).await?;
    let txn = app.db.begin().await?;
    if let Some(user_id) = insert_account(&txn, app, email, name, role, Some(hash), false).await? {
        let link = issue_link(&txn, app, Purpose::VerifyEmail, Some(user_id)).await?;
        let mail = AccountMail::VerifyEmail {
            name: name.as_str().to_owned(),
            link,
        };
        owe_account_mail(&txn, app, Some(user_id), email.as_str(), &mail).await?;
    } else {
        let known = find_user_by_email(&txn, &email.key()).await?;
        // Somebody who was shut out gets no mails from us; anybody could have them sent.
        if let Some(user) = known.filter(|user| user.disabled_at.is_none()) {
            let mail = AccountMail::AlreadyRegistered {
                name: user.name,
                sign_in_link: app.settings.link("/sign-in"),
                reset_link: app.settings.link("/forgot-password"),
            };
            owe_account_mail(&txn, app, Some(user.id), &user.email, &mail).await?;
        }
    }
    txn.commit().await?;
    Ok(())
}

fn parse_wish(wish: &str) -> Result<Role, FieldError> {
    match wish {
        "offer" => Ok(Role::Staff),
        "book" => Ok(Role::Customer),
        _ => Err(FieldError::new(
            "Please choose whether you offer appointments or book them.",
        )),
    }
}
