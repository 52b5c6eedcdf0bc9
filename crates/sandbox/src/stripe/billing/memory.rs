//! What Stripe remembers of a subscription beside the object it shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The rest of a subscription.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SubscriptionMemory {
    /// The lines that come again with every invoice.
    pub lines: Vec<Value>,
    /// Periods that have begun.
    pub periods: i64,
    /// Why its card is declined from now on; it pays when absent.
    pub declines: Option<String>,
    /// Coupon in force, and until when; for ever when there is no end.
    pub coupon: Option<(String, Option<i64>)>,
    /// The payment intent of each invoice.
    pub intents: BTreeMap<String, String>,
}
