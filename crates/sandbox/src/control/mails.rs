//! The inbox as tests and the API see it.

use serde::{Deserialize, Serialize};

use super::{Control, ControlError};
use crate::mailbox::{
    parse::ParsedMail,
    store::{Origin, StoredMail},
};

/// Which mails to list; absent fields match everything, texts match anywhere and in any case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailFilter {
    /// Part of an envelope recipient.
    pub to: Option<String>,
    /// Part of the subject.
    pub subject: Option<String>,
    /// Who handed it in.
    pub origin: Option<Origin>,
}

/// A mail, without its raw source.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailView {
    /// Number of the delivery, from 1.
    pub id: u64,
    /// When it was taken.
    pub at: jiff::Timestamp,
    /// Who handed it in.
    pub origin: Origin,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    /// Headers, texts, parts and links.
    #[serde(flatten)]
    pub content: ParsedMail,
}

impl From<&StoredMail> for MailView {
    fn from(mail: &StoredMail) -> Self {
        Self {
            id: mail.id,
            at: mail.at,
            origin: mail.origin,
            sender: mail.sender.clone(),
            recipients: mail.recipients.clone(),
            content: mail.parsed.clone(),
        }
    }
}

impl MailFilter {
    /// Mails to this recipient.
    pub fn to(address: &str) -> Self {
        Self {
            to: Some(address.to_owned()),
            ..Self::default()
        }
    }

    fn matches(&self, mail: &StoredMail) -> bool {
        let within = |wanted: &str, text: &str| text.to_lowercase().contains(&wanted.to_lowercase());
        self.to
            .as_deref()
            .is_none_or(|wanted| mail.recipients.iter().any(|recipient| within(wanted, recipient)))
            && self
                .subject
                .as_deref()
                .is_none_or(|wanted| within(wanted, &mail.parsed.subject))
            && self.origin.is_none_or(|wanted| mail.origin == wanted)
    }
}

impl Control {
    /// Matching mails, newest first.
    pub fn mails(&self, filter: &MailFilter) -> Vec<MailView> {
        self.engine
            .read()
            .mailbox
            .newest()
            .filter(|mail| filter.matches(mail))
            .map(MailView::from)
            .collect()
    }

    /// One mail.
    pub fn mail(&self, id: u64) -> Result<MailView, ControlError> {
        self.find_mail(id, |mail| MailView::from(mail))
    }

    /// The source of one mail as it came over the wire, dots unstuffed.
    pub fn raw_mail(&self, id: u64) -> Result<Vec<u8>, ControlError> {
        self.find_mail(id, |mail| mail.raw.clone())
    }

    /// Empties the inbox.
    pub fn clear_mails(&self) {
        self.engine.change(|world| world.mailbox.clear());
    }

    fn find_mail<R>(&self, id: u64, take: impl FnOnce(&StoredMail) -> R) -> Result<R, ControlError> {
        let world = self.engine.read();
        let mail = world.mailbox.get(id).map(take);
        mail.ok_or_else(|| ControlError::NotFound {
            what: "mail",
            id: id.to_string(),
        })
    }
}
