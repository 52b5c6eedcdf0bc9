//! What goes wrong, and where in the work of the sandbox it acts.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The request is refused with this status, without effect. Stripe keeps a 500 with the request's idempotency key,
    /// as it keeps its own: a retry under the same key gets the 500 again.
    Status {
        /// HTTP status, 400–599.
        status: u16,
        /// Google's `reason`; the usual one of the status when absent.
        #[serde(default)]
        reason: Option<String>,
        /// Seconds for a `Retry-After` header.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// As `Status`, with a `Retry-After` that is an HTTP date.
    RetryAfterDate {
        /// HTTP status, 400–599.
        status: u16,
        /// How far in the future the date lies.
        seconds: u32,
    },
    /// No effect and no answer; the connection hangs until the client gives up.
    TimeoutBefore,
    /// The effect happens, but no answer comes.
    TimeoutAfter,
    /// The effect happens; the connection drops in the middle of the body.
    ResetAfter,
    /// The effect happens; the body ends half way, with a matching `Content-Length`.
    TruncatedJson,
    /// The answer comes in 20 pieces with a pause before each.
    SlowDrip {
        /// Pause before each piece, in milliseconds.
        ms: u64,
    },
    /// The connection is closed at once, without effect.
    Unplugged,
    /// Meet requests stay `pending` for good.
    ConferencePendingForever,
    /// Meet requests end in `failure`.
    ConferenceFailure,
    /// Meet requests stay `pending` this long.
    ConferenceDelayMs {
        /// Milliseconds until `success`.
        ms: u64,
    },
    /// An insert with an existing id makes a second event, as Google warns it may.
    UndetectedCollision,
    /// Token requests are refused with `invalid_grant`.
    InvalidGrant,
    /// Push messages are lost.
    DropNotifications,
    /// Push messages come twice.
    DuplicateNotifications,
    /// A push message is held back until a later one has gone out.
    ReorderNotifications,
    /// A message of Stripe goes out this much later, past those that come after it.
    DelayNotifications {
        /// Milliseconds until it goes out.
        ms: u64,
    },
    /// A request to Stripe is at work this long before its effect; its idempotency key is in use meanwhile.
    SlowWork {
        /// Milliseconds of work.
        ms: u64,
    },
    /// The effect happens; the connection closes without an answer in this share of the requests.
    LostAnswer {
        /// 0–100.
        percent: u8,
    },
    /// The mail server refuses the recipient for good.
    #[serde(rename = "smtp_550")]
    Smtp550,
    /// The mail server asks to try later (greylisting): once, unless `times` says otherwise.
    #[serde(rename = "smtp_451_then_ok")]
    Smtp451ThenOk,
    /// The mail server closes every connection at once, before any recipient is known.
    SmtpDown,
    /// The mail is taken, but the connection closes before the client hears so.
    SmtpCloseAfterData,
}

/// Where in the work of the sandbox a fault acts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Wire,
    Conference,
    Collision,
    Notification,
    SmtpConnect,
    SmtpRecipient,
    SmtpData,
}

impl FaultKind {
    /// The name used in JSON and in the ledger.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::RetryAfterDate { .. } => "retry_after_date",
            Self::TimeoutBefore => "timeout_before",
            Self::TimeoutAfter => "timeout_after",
            Self::ResetAfter => "reset_after",
            Self::TruncatedJson => "truncated_json",
            Self::SlowDrip { .. } => "slow_drip",
            Self::Unplugged => "unplugged",
            Self::ConferencePendingForever => "conference_pending_forever",
            Self::ConferenceFailure => "conference_failure",
            Self::ConferenceDelayMs { .. } => "conference_delay_ms",
            Self::UndetectedCollision => "undetected_collision",
            Self::InvalidGrant => "invalid_grant",
            Self::DropNotifications => "drop_notifications",
            Self::DuplicateNotifications => "duplicate_notifications",
            Self::ReorderNotifications => "reorder_notifications",
            Self::DelayNotifications { .. } => "delay_notifications",
            Self::SlowWork { .. } => "slow_work",
            Self::LostAnswer { .. } => "lost_answer",
            Self::Smtp550 => "smtp_550",
            Self::Smtp451ThenOk => "smtp_451_then_ok",
            Self::SmtpDown => "smtp_down",
            Self::SmtpCloseAfterData => "smtp_close_after_data",
        }
    }

    /// Whether Stripe can have it: the others are of Google or of the mailbox.
    pub(super) fn fits_stripe(&self) -> bool {
        matches!(self.place(), Place::Wire | Place::Notification) && *self != Self::InvalidGrant
    }

    pub(super) fn place(&self) -> Place {
        match self {
            Self::ConferencePendingForever | Self::ConferenceFailure | Self::ConferenceDelayMs { .. } => {
                Place::Conference
            }
            Self::UndetectedCollision => Place::Collision,
            Self::DropNotifications
            | Self::DuplicateNotifications
            | Self::ReorderNotifications
            | Self::DelayNotifications { .. } => Place::Notification,
            Self::SmtpDown => Place::SmtpConnect,
            Self::Smtp550 | Self::Smtp451ThenOk => Place::SmtpRecipient,
            Self::SmtpCloseAfterData => Place::SmtpData,
            _ => Place::Wire,
        }
    }
}
