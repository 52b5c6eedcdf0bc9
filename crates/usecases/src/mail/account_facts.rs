//! What the templates of mails about an account know.

use serde::Serialize;

use super::owe_account_mail::AccountMail;
use super::render_mail::one_line;
use crate::platform::timetap::TimeTap;

/// Who sends the mail.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Site {
    pub(super) name: String,
    pub(super) url: String,
}

impl Site {
    /// This installation.
    pub(super) fn of(app: &TimeTap) -> Self {
        Self {
            name: one_line(&app.settings.mail_from.name),
            url: app.settings.link(""),
        }
    }
}

/// The facts of a mail about an account: those of the mail itself, and who sends it. Not
/// `Debug`: links carry one-time tokens.
#[derive(Clone, Serialize)]
pub(super) struct AccountFacts<'a> {
    pub(super) site: Site,
    #[serde(flatten)]
    pub(super) mail: &'a AccountMail,
}

impl AccountMail {
    /// How the person is addressed.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::VerifyEmail { name, .. }
            | Self::AlreadyRegistered { name, .. }
            | Self::ResetPassword { name, .. }
            | Self::PasswordChanged { name, .. }
            | Self::ReconnectCalendar { name, .. } => name,
        }
    }
}
