//! What really came about at Stripe, one row each: sessions made, charges, refunds, events sent. Tests that claim
//! "exactly once" count these.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripeEffect {
    /// Position, from 1.
    pub seq: u64,
    /// When it came about.
    pub at: Timestamp,
    /// What: `session.created`, `charge.succeeded`, `refund.created`, …
    pub kind: String,
    /// Id of the object.
    pub object: String,
    /// Id of what it belongs to: of the session's reference, of the charge's payment intent, of the refund's charge.
    pub of: Option<String>,
    /// In minor units.
    pub amount: i64,
    /// Lower-case ISO 4217 code.
    pub currency: String,
    /// Of the request that brought it about.
    pub idempotency_key: Option<String>,
}

/// All effects, and sums over them.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct EffectLog {
    rows: Vec<StripeEffect>,
}

impl EffectLog {
    pub(crate) fn record(&mut self, mut row: StripeEffect) {
        row.seq = u64::try_from(self.rows.len()).unwrap_or(u64::MAX).saturating_add(1);
        self.rows.push(row);
    }

    /// Rows of a kind, or all, the oldest first.
    pub(crate) fn find(&self, kind: Option<&str>) -> Vec<StripeEffect> {
        let matches = |row: &&StripeEffect| kind.is_none_or(|kind| row.kind == kind);
        self.rows.iter().filter(matches).cloned().collect()
    }

    /// How many of each kind.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.kind.clone()).or_default() += 1;
        }
        counts
    }
}
