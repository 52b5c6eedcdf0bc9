//! People and their mails.

use jiff::SignedDuration;
use sea_orm::{EntityTrait, QueryOrder};
use secrecy::ExposeSecret;
use timetap_core::role::Role;
use timetap_store::entities::{message, user};
use timetap_usecases::accounts::sign_in::{SignInError, SignInForm, sign_in};
use timetap_usecases::accounts::{Actor, Browser, NewUser, SignedIn, create_user, resolve_session};
use timetap_usecases::mail::AccountMail;
use timetap_usecases::{FieldErrors, TimeTap};
use uuid::Uuid;

/// A password that every rule allows.
pub const PASSWORD: &str = "a grove of olive trees";

/// Somebody with an account and [`PASSWORD`].
pub async fn person(app: &TimeTap, email: &str, role: Role) -> Uuid {
    let new = NewUser {
        email: email.to_owned(),
        name: "Anna Lindqvist".to_owned(),
        role,
        password: Some(PASSWORD.into()),
        verified: true,
    };
    create_user(app, new).await.unwrap()
}

/// The browser at a network address.
pub fn browser(address: &str) -> Browser {
    Browser {
        address: address.to_owned(),
        device: "Firefox on Linux".to_owned(),
    }
}

/// Tries to sign in from a usual place.
pub async fn try_sign_in(app: &TimeTap, email: &str, password: &str) -> Result<String, SignInError> {
    let form = SignInForm {
        email: email.to_owned(),
        password: password.into(),
    };
    let new = sign_in(app, form, &browser("203.0.113.9"), None).await?;
    Ok(new.token.expose_secret().to_owned())
}

/// Signs in and returns the session's token.
pub async fn signed_in(app: &TimeTap, email: &str) -> String {
    try_sign_in(app, email, PASSWORD).await.unwrap()
}

/// Who is behind a session's token.
pub async fn behind(app: &TimeTap, token: &str) -> Option<SignedIn> {
    resolve_session(app, token).await.unwrap()
}

/// A person of this role as one who does something.
pub fn actor(user_id: Uuid, role: Role) -> Actor {
    Actor { user_id, role }
}

/// The account's row.
pub async fn row(app: &TimeTap, id: Uuid) -> user::Model {
    user::Entity::find_by_id(id)
        .one(app.db.reader())
        .await
        .unwrap()
        .unwrap()
}

/// A second later: what comes after has a later instant, and so an order.
pub fn later(app: &TimeTap) {
    app.clock.advance(SignedDuration::from_secs(1));
}

/// Every mail about accounts that is owed, oldest first: to whom, and what it says.
pub async fn mails(app: &TimeTap) -> Vec<(String, AccountMail)> {
    let rows = message::Entity::find()
        .order_by_asc(message::Column::CreatedAt)
        .order_by_asc(message::Column::Id)
        .all(app.db.reader())
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| {
            let sealed = row.payload_sealed.unwrap();
            let plain = app.keys.open(&sealed, "messages.payload_sealed", row.id).unwrap();
            (row.recipient, serde_json::from_str(plain.expose_secret()).unwrap())
        })
        .collect()
}

/// The token of the last link that was mailed to verify an address or to choose a password.
pub async fn mailed_token(app: &TimeTap) -> String {
    let mails = mails(app).await;
    let link = mails
        .iter()
        .rev()
        .find_map(|(_, mail)| match mail {
            AccountMail::VerifyEmail { link, .. } | AccountMail::ResetPassword { link, .. } => Some(link),
            _ => None,
        })
        .unwrap();
    token_of(link)
}

/// The token in a link.
pub fn token_of(link: &str) -> String {
    link.split_once("?token=").unwrap().1.to_owned()
}

/// What is said at each field, in one text per field.
pub fn said(errors: &FieldErrors) -> Vec<(String, String)> {
    errors
        .iter()
        .map(|(field, message)| (field.to_owned(), message.to_owned()))
        .collect()
}
