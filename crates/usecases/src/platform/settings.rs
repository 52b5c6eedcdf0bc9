//! What the operator decided and use cases need to know.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use timetap_core::event_id::mail_message_id;
use url::Url;
use uuid::Uuid;

/// Run-time settings of the rules and texts; connection settings live with the connections.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach TimeTap, without a trailing slash in use: links in mails and calendars begin with it.
    pub public_url: Url,
    /// Address and name that mails come from.
    pub mail_from: MailFrom,
    /// A folder whose templates replace the built-in ones of the same name.
    pub templates_dir: Option<PathBuf>,
    /// How long a worker may hold a job without a sign of life.
    pub job_lease: Duration,
    /// How long an answer about busy times stays fresh.
    pub busy_cache: Duration,
    /// How long a confirmation mail waits for the Meet link before it goes out without it.
    pub mail_grace: Duration,
    /// What Stripe signs its messages with; two while one replaces the other, none where there is no Stripe.
    pub stripe_webhook_secrets: Vec<SecretString>,
}

/// The sender of all mails.
#[derive(Clone, Debug)]
pub struct MailFrom {
    /// The display name.
    pub name: String,
    /// The address.
    pub address: String,
}

impl Settings {
    /// Settings for `public_url` with the defaults for everything else.
    pub fn new(public_url: Url, mail_from: MailFrom) -> Self {
        Self {
            public_url,
            mail_from,
            templates_dir: None,
            job_lease: Duration::from_secs(30),
            busy_cache: Duration::from_mins(5),
            mail_grace: Duration::from_secs(12),
            stripe_webhook_secrets: Vec::new(),
        }
    }

    /// The public address of `path` (which begins with a slash and may carry a query).
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The `Message-ID` of a mail of this kind about this row to this recipient.
    pub fn message_id(&self, kind: &str, about: Uuid, recipient: &str, sequence: u32) -> String {
        mail_message_id(
            kind,
            about,
            recipient,
            sequence,
            self.public_url.host_str().unwrap_or("localhost"),
        )
    }

    /// Whether people reach TimeTap over TLS, so that cookies must insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}
