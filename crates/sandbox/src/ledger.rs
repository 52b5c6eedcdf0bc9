//! The ledger: every request the stand-in Google and the stand-in Stripe received, whether it took effect, and which fault touched it.
//! Tests count its rows; the control page shows the newest.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

/// Rows kept in memory; the oldest go first.
const KEPT_ROWS: usize = 100_000;
/// Rows written to the state file.
const SAVED_ROWS: usize = 500;

/// One request to the stand-in Google or to the stand-in Stripe.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LedgerRow {
    /// Position in the order of arrival, from 1, never reused.
    pub seq: u64,
    /// When the request arrived.
    pub at: Timestamp,
    /// The Google account it acted for, where known.
    pub account: Option<String>,
    /// Short name of the operation: `insert`, `patch`, `refresh`, …
    pub method: String,
    /// HTTP verb.
    pub verb: String,
    /// Path without the query (queries and bodies may carry secrets).
    pub path: String,
    /// Calendar id, `primary` resolved.
    pub calendar: Option<String>,
    /// Event id, from the path or from the body of an insert; of Stripe's, the id of the object.
    pub event: Option<String>,
    /// `conferenceData.createRequest.requestId` of the body; of Stripe's, the idempotency key.
    pub request_id: Option<String>,
    /// `sendUpdates` of the query.
    pub send_updates: Option<String>,
    /// Status answered; absent when no answer was given.
    pub status: Option<u16>,
    /// Kind of the fault applied.
    pub fault: Option<String>,
    /// Whether the state changed.
    pub effect: bool,
}

/// Which rows to count or list; absent fields match everything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerQuery {
    /// Operation name.
    pub method: Option<String>,
    /// Account e-mail.
    pub account: Option<String>,
    /// Calendar id.
    pub calendar: Option<String>,
    /// Event id.
    pub event: Option<String>,
    /// Status answered.
    pub status: Option<u16>,
    /// Whether the state changed.
    pub effect: Option<bool>,
    /// Only rows with a larger `seq`.
    pub after: Option<u64>,
    /// At most this many of the newest rows.
    pub limit: Option<usize>,
}

impl LedgerQuery {
    /// All rows of one operation.
    pub fn method(name: &str) -> Self {
        Self {
            method: Some(name.to_owned()),
            ..Self::default()
        }
    }

    /// Only rows that did (or did not) change the state.
    #[must_use]
    pub fn with_effect(mut self, effect: bool) -> Self {
        self.effect = Some(effect);
        self
    }

    fn matches(&self, row: &LedgerRow) -> bool {
        fn same(wanted: Option<&String>, found: Option<&String>) -> bool {
            wanted.is_none_or(|text| found == Some(text))
        }
        same(self.method.as_ref(), Some(&row.method))
            && same(self.account.as_ref(), row.account.as_ref())
            && same(self.calendar.as_ref(), row.calendar.as_ref())
            && same(self.event.as_ref(), row.event.as_ref())
            && self.status.is_none_or(|status| row.status == Some(status))
            && self.effect.is_none_or(|effect| row.effect == effect)
            && self.after.is_none_or(|after| row.seq > after)
    }
}

/// How many requests of one operation came, and how many changed something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodCount {
    /// Requests received.
    pub requests: u64,
    /// Requests that changed the state.
    pub effects: u64,
}

/// All rows, and counts that outlive them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    last_seq: u64,
    #[serde(serialize_with = "save_newest")]
    rows: VecDeque<LedgerRow>,
    pub counts: BTreeMap<String, MethodCount>,
}

impl Ledger {
    /// Adds a row and gives it its number.
    pub(crate) fn record(&mut self, mut row: LedgerRow) {
        self.last_seq += 1;
        row.seq = self.last_seq;
        let count = self.counts.entry(row.method.clone()).or_default();
        count.requests += 1;
        count.effects += u64::from(row.effect);
        if self.rows.len() == KEPT_ROWS {
            self.rows.pop_front();
        }
        self.rows.push_back(row);
    }

    /// Matching rows, oldest first.
    pub(crate) fn find(&self, query: &LedgerQuery) -> Vec<LedgerRow> {
        let limit = query.limit.unwrap_or(usize::MAX);
        let mut rows: Vec<_> = self
            .rows
            .iter()
            .rev()
            .filter(|row| query.matches(row))
            .take(limit)
            .cloned()
            .collect();
        rows.reverse();
        rows
    }

    /// How many rows match.
    pub(crate) fn count(&self, query: &LedgerQuery) -> usize {
        let limit = query.limit.unwrap_or(usize::MAX);
        self.rows.iter().filter(|row| query.matches(row)).take(limit).count()
    }

    /// All rows, newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = &LedgerRow> {
        self.rows.iter().rev()
    }

    /// Forgets rows and counts; numbering goes on.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.counts.clear();
    }
}

fn save_newest<S: Serializer>(rows: &VecDeque<LedgerRow>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.iter().skip(rows.len().saturating_sub(SAVED_ROWS)))
}
