//! Faults on demand: what can go wrong, which requests it hits, how often, and the book that keeps them.

use serde::{Deserialize, Serialize};
use timetap_core::entropy::Entropy;

pub use crate::stripe::operation::STRIPE_METHODS;

/// Operation names a fault can match; `any` matches every request to Google.
pub const METHODS: [&str; 18] = [
    "any",
    "authorize",
    "token",
    "refresh",
    "revoke",
    "userinfo",
    "calendarList",
    "calendar",
    "freebusy",
    "insert",
    "get",
    "patch",
    "update",
    "delete",
    "list",
    "watch",
    "stop",
    "smtp",
];

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FaultKind {
    /// The request is refused with this status, without effect.
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

    fn place(&self) -> Place {
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

/// Which requests a fault hits; absent fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultMatch {
    /// One of [`METHODS`] or of [`STRIPE_METHODS`]. A fault without it hits Google and the mailbox, never Stripe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The Google account; for mail faults the recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Calendar id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Type of a Stripe event, for faults on `stripe.webhook`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
}

/// A fault as it is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// Which requests it hits.
    #[serde(default, rename = "match")]
    pub matching: FaultMatch,
    /// What goes wrong.
    pub fault: FaultKind,
    /// How many times it acts before it goes away; without it, until removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Chance of acting on a matching request, 0–1; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

impl FaultRule {
    /// A fault on every request, until removed.
    pub fn new(fault: FaultKind) -> Self {
        Self {
            matching: FaultMatch::default(),
            fault,
            times: None,
            probability: None,
        }
    }

    /// Only on this operation.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.matching.method = Some(method.to_owned());
        self
    }

    /// Only for this account, or for this recipient of mail.
    #[must_use]
    pub fn of(mut self, account: &str) -> Self {
        self.matching.account = Some(account.to_owned());
        self
    }

    /// Only for Stripe events of this type.
    #[must_use]
    pub fn of_event(mut self, kind: &str) -> Self {
        self.matching.event = Some(kind.to_owned());
        self
    }

    /// Only so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// A fault in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// Number to remove it by.
    pub id: u64,
    /// The rule, `times` counting down.
    pub rule: FaultRule,
    /// How often it has acted.
    pub hits: u64,
}

/// Why a fault was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FaultError {
    /// The operation's name is not known.
    #[error("Unknown method \"{0}\". Use one of: {google}, {stripe}.", google = METHODS.join(", "), stripe = STRIPE_METHODS.join(", "))]
    UnknownMethod(String),
    /// The status is not an error status.
    #[error("A fault's status must lie between 400 and 599, not {0}.")]
    Status(u16),
    /// The chance is not between 0 and 1.
    #[error("A fault's probability must lie between 0 and 1.")]
    Probability,
    /// The share is larger than everything.
    #[error("A fault's percent must lie between 0 and 100, not {0}.")]
    Percent(u8),
    /// Google knows no such fault.
    #[error("Only Stripe knows this fault: name a method that begins with \"stripe\".")]
    StripeOnly,
    /// It would never act.
    #[error("A fault's times must be at least 1; leave it out for \"until removed\".")]
    Never,
}

/// The faults in force, in the order they were asked for.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct FaultBook {
    last_id: u64,
    faults: Vec<ActiveFault>,
}

impl FaultBook {
    pub(crate) fn add(&mut self, rule: FaultRule) -> Result<u64, FaultError> {
        if let Some(method) = &rule.matching.method
            && !METHODS.contains(&method.as_str())
            && !STRIPE_METHODS.contains(&method.as_str())
        {
            return Err(FaultError::UnknownMethod(method.clone()));
        }
        match rule.fault {
            FaultKind::Status { status, .. } | FaultKind::RetryAfterDate { status, .. }
                if !(400..=599).contains(&status) =>
            {
                return Err(FaultError::Status(status));
            }
            FaultKind::LostAnswer { percent } if percent > 100 => return Err(FaultError::Percent(percent)),
            FaultKind::SlowWork { .. } | FaultKind::DelayNotifications { .. } if !is_of_stripe(&rule) => {
                return Err(FaultError::StripeOnly);
            }
            _ => {}
        }
        if rule.probability.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err(FaultError::Probability);
        }
        if rule.times == Some(0) {
            return Err(FaultError::Never);
        }
        let mut rule = rule;
        if rule.fault == FaultKind::Smtp451ThenOk {
            rule.times = rule.times.or(Some(1));
        }
        self.last_id += 1;
        self.faults.push(ActiveFault {
            id: self.last_id,
            rule,
            hits: 0,
        });
        Ok(self.last_id)
    }

    pub(crate) fn list(&self) -> &[ActiveFault] {
        &self.faults
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    /// The first fault that acts here and now; counts the hit and retires a fault that has acted often enough.
    pub(crate) fn take(
        &mut self,
        place: Place,
        method: &str,
        account: Option<&str>,
        calendar: Option<&str>,
        entropy: &Entropy,
    ) -> Option<FaultKind> {
        self.take_where(entropy, |rule| {
            rule.fault.place() == place
                && !is_of_stripe(rule)
                && acts_on(rule, method)
                && rule
                    .matching
                    .account
                    .as_deref()
                    .is_none_or(|wanted| Some(wanted) == account)
                && rule
                    .matching
                    .calendar
                    .as_deref()
                    .is_none_or(|wanted| Some(wanted) == calendar)
        })
    }

    /// As [`Self::take`], for a request to Stripe or (with the event's type) for a message from it.
    pub(crate) fn take_for_stripe(
        &mut self,
        place: Place,
        method: &str,
        event: Option<&str>,
        entropy: &Entropy,
    ) -> Option<FaultKind> {
        self.take_where(entropy, |rule| {
            let wanted = rule.matching.method.as_deref();
            rule.fault.place() == place
                && (wanted == Some(method) || wanted == Some("stripe"))
                && rule.matching.event.as_deref().is_none_or(|kind| Some(kind) == event)
        })
    }

    fn take_where(&mut self, entropy: &Entropy, matches: impl Fn(&FaultRule) -> bool) -> Option<FaultKind> {
        let position = self.faults.iter().position(|fault| {
            let rule = &fault.rule;
            matches(rule)
                && rule.probability.is_none_or(|chance| rolls_below(entropy, chance))
                && match rule.fault {
                    FaultKind::LostAnswer { percent } => rolls_below(entropy, f64::from(percent) / 100.0),
                    _ => true,
                }
        })?;
        let fault = &mut self.faults[position];
        fault.hits += 1;
        let kind = fault.rule.fault.clone();
        if let Some(times) = &mut fault.rule.times {
            *times -= 1;
            if *times == 0 {
                self.faults.remove(position);
            }
        }
        Some(kind)
    }
}

fn is_of_stripe(rule: &FaultRule) -> bool {
    let method = rule.matching.method.as_deref();
    method.is_some_and(|method| method.starts_with("stripe"))
}

fn acts_on(rule: &FaultRule, method: &str) -> bool {
    // A grant can only be refused where grants are exchanged.
    if rule.fault == FaultKind::InvalidGrant && !matches!(method, "token" | "refresh") {
        return false;
    }
    rule.matching
        .method
        .as_deref()
        .is_none_or(|wanted| wanted == "any" || wanted == method)
}

fn rolls_below(entropy: &Entropy, chance: f64) -> bool {
    const SIDES: i32 = 1_000_000;
    let roll = i32::try_from(entropy.between(0, i64::from(SIDES) - 1)).unwrap_or_default();
    f64::from(roll) < chance * f64::from(SIDES)
}
