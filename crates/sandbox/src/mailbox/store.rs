//! The mails received, each delivery on its own: nothing is deduplicated, so that doubles can be counted.

use std::collections::VecDeque;

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::parse::{ParsedMail, parse_mail};

/// Mails kept; the oldest go first.
const KEPT_MAILS: usize = 20_000;
/// Bytes kept in all mails together.
const KEPT_BYTES: usize = 256 * 1024 * 1024;

/// Who handed a mail in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A client of the SMTP server.
    Smtp,
    /// The stand-in Google's own invitations.
    Google,
}

/// One delivery.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredMail {
    pub id: u64,
    pub at: Timestamp,
    pub origin: Origin,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub raw: Vec<u8>,
    pub parsed: ParsedMail,
}

/// All deliveries.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Mailbox {
    last_id: u64,
    bytes: usize,
    mails: VecDeque<StoredMail>,
    /// Deliveries ever, by origin: kept when old mails go.
    pub received: u64,
    pub invitations: u64,
}

impl Mailbox {
    pub(crate) fn receive(
        &mut self,
        at: Timestamp,
        origin: Origin,
        sender: &str,
        recipients: &[String],
        raw: Vec<u8>,
    ) -> u64 {
        self.last_id += 1;
        match origin {
            Origin::Smtp => self.received += 1,
            Origin::Google => self.invitations += 1,
        }
        self.bytes += raw.len();
        let (sender, recipients) = (sender.to_owned(), recipients.to_vec());
        let parsed = parse_mail(&raw);
        self.mails.push_back(StoredMail {
            id: self.last_id,
            at,
            origin,
            sender,
            recipients,
            raw,
            parsed,
        });
        while self.mails.len() > KEPT_MAILS || (self.bytes > KEPT_BYTES && self.mails.len() > 1) {
            if let Some(oldest) = self.mails.pop_front() {
                self.bytes -= oldest.raw.len();
            }
        }
        self.last_id
    }

    /// Newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &StoredMail> {
        self.mails.iter().rev()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredMail> {
        self.mails.iter().find(|mail| mail.id == id)
    }

    /// Forgets all mails and counts; numbering goes on.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            last_id: self.last_id,
            ..Self::default()
        };
    }
}

fn write_base64<S: Serializer>(raw: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(raw))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64.decode(text.as_bytes()).map_err(de::Error::custom)
}
