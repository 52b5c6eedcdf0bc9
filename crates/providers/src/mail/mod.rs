//! Sends mail over SMTP. One call is one attempt; the error says whether another may help.

mod build_message;
pub mod error;
mod outgoing_mail;
mod settings;
mod transport;

pub use self::error::MailError;
pub use self::outgoing_mail::{CalendarPart, OutgoingMail, Party};
pub use self::settings::{Encryption, SmtpSettings};
pub use self::transport::MailTransport;
