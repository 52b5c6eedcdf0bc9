//! Mails about a person's own account.

use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use timetap_store::messages::insert_message::{NewMessage, insert_messages};
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What a mail about an account says. Links hold one-time tokens: the whole is sealed in the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AccountMail {
    /// Prove that the address is yours.
    VerifyEmail {
        /// How to address the person.
        name: String,
        /// The link with its one-time token.
        link: String,
    },
    /// Somebody tried to sign up with an address that has an account already.
    AlreadyRegistered {
        /// How to address the person.
        name: String,
        /// Where to sign in.
        sign_in_link: String,
        /// Where to choose a new password.
        reset_link: String,
    },
    /// Choose a new password.
    ResetPassword {
        /// How to address the person.
        name: String,
        /// The link with its one-time token.
        link: String,
    },
    /// The password was changed.
    PasswordChanged {
        /// How to address the person.
        name: String,
        /// Where to choose a new one, if it was somebody else.
        reset_link: String,
    },
    /// A calendar connection needs its owner.
    ReconnectCalendar {
        /// How to address the person.
        name: String,
        /// The account at the provider.
        account: String,
        /// Where to reconnect.
        link: String,
    },
}

impl AccountMail {
    /// The kind as it stands in `messages.kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::AlreadyRegistered { .. } => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordChanged { .. } => "password_changed",
            Self::ReconnectCalendar { .. } => "reconnect_calendar",
        }
    }
}

/// Owes `mail` to `recipient` and queues it, on the open transaction `on`.
///
/// # Errors
/// The database refuses, or the mail cannot be sealed.
pub async fn owe_account_mail(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Option<Uuid>,
    recipient: &str,
    mail: &AccountMail,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let id = app.entropy.uuid(now);
    let plain = serde_json::to_string(mail).map_err(|error| Unexpected::Internal(error.to_string()))?;
    let payload = app
        .keys
        .seal(&SecretString::from(plain), "messages.payload_sealed", id, &app.entropy)?;
    let new = NewMessage {
        id,
        dedupe_key: format!("account:{id}"),
        message_id: app.settings.message_id(mail.kind(), id, recipient, 0),
        kind: mail.kind(),
        appointment_id: None,
        order_id: None,
        user_id,
        recipient: recipient.to_owned(),
        audience: "account",
        payload_sealed: Some(payload),
    };
    if !insert_messages(on, &[new], now).await?.is_empty() {
        enqueue_job(on, app, &Job::SendMessage { message_id: id }, When::Now).await?;
    }
    Ok(())
}
