//! Why a mail did not go out, and whether to try again.

use thiserror::Error;

/// Why a mail did not go out. No variant names a person or repeats a server's words, which often do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailError {
    /// 5xx: the server will not take this mail, for instance because the mailbox does not exist.
    #[error("the mail server refused the mail ({code})")]
    Rejected {
        /// The SMTP reply code.
        code: u16,
    },
    /// 4xx: not now (greylisting, full mailbox).
    #[error("the mail server asked to try later ({code})")]
    Deferred {
        /// The SMTP reply code.
        code: u16,
    },
    /// 530, 534, 535 or 538: the server does not accept our own sign-in. Nothing is wrong with the mail.
    #[error("the mail server did not accept the sign-in ({code})")]
    LoginRefused {
        /// The SMTP reply code.
        code: u16,
    },
    /// The connection could not be protected as the settings demand.
    #[error("no secure connection to the mail server")]
    Insecure,
    /// No connection, or it broke. The mail may have been taken, if it broke at the very end.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// No answer in time. The mail may have been taken.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The mail or the settings cannot be used; says what to change.
    #[error("{0}")]
    Invalid(String),
}

impl MailError {
    /// A stable word for the database and the documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected { .. } => "mail_rejected",
            Self::Deferred { .. } => "mail_deferred",
            Self::LoginRefused { .. } => "mail_login_refused",
            Self::Insecure => "mail_insecure",
            Self::Unreachable => "mail_unreachable",
            Self::Timeout => "mail_timeout",
            Self::Invalid(_) => "mail_invalid",
        }
    }

    /// Whether another attempt may help. A refused sign-in and a failed TLS handshake count, because the operator can
    /// mend them while the mail waits.
    pub fn is_transient(&self) -> bool {
        !matches!(self, Self::Rejected { .. } | Self::Invalid(_))
    }

    /// A sentence or two for whoever looks after the mails.
    pub fn explain(&self) -> String {
        match self {
            Self::Rejected { code } => {
                format!("The mail server refused this mail ({code}). Please check the recipient's address.")
            }
            Self::Deferred { code } => format!("The mail server asked us to come back later ({code}). We keep trying."),
            Self::LoginRefused { code } => {
                format!("The mail server does not accept the user name or password ({code}). Please check the mail settings; the mail waits.")
            }
            Self::Insecure => "No secure connection to the mail server could be made. Please check its name, its certificate and the encryption setting; the mail waits.".to_owned(),
            Self::Unreachable => "The mail server cannot be reached right now. We keep trying.".to_owned(),
            Self::Timeout => "The mail server is not answering right now. We keep trying.".to_owned(),
            Self::Invalid(message) => message.clone(),
        }
    }
}
