//! A fault as it is asked for: what goes wrong, on which requests, how often.

use serde::{Deserialize, Serialize};

use super::kind::FaultKind;

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

/// Which requests a fault hits; absent fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FaultMatch {
    /// One of [`METHODS`] or of [`STRIPE_METHODS`](super::STRIPE_METHODS). A fault without it hits Google and the mailbox, never Stripe.
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

impl FaultRule {
    /// Whether it names Stripe; all others are of Google and of the mailbox.
    pub(super) fn is_of_stripe(&self) -> bool {
        let method = self.matching.method.as_deref();
        method.is_some_and(|method| method.starts_with("stripe"))
    }

    /// Whether it acts on an operation of Google or of the mailbox.
    pub(super) fn acts_on(&self, method: &str) -> bool {
        // A grant can only be refused where grants are exchanged.
        if self.fault == FaultKind::InvalidGrant && !matches!(method, "token" | "refresh") {
            return false;
        }
        let wanted = self.matching.method.as_deref();
        wanted.is_none_or(|wanted| wanted == "any" || wanted == method)
    }
}
