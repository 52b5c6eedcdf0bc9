//! What Stripe remembers of a session beside the object it shows.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stripe::payments::payment_method::Payer;

/// The coupon in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Discount {
    pub coupon: String,
    pub promotion_code: Option<String>,
}

/// A payment that waits for 3-D Secure.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub payer: Payer,
    pub method: String,
}

/// The rest of a session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Checkout {
    pub line_items: Vec<Value>,
    /// Fields for the payment intent, from `payment_intent_data`.
    pub intent_data: Value,
    /// Fields for the subscription, from `subscription_data`.
    pub subscription_data: Value,
    pub discount: Option<Discount>,
    /// The payment intent of all attempts.
    pub intent: Option<String>,
    pub challenge: Option<Challenge>,
    /// How a delayed payment will end, unless somebody ends it otherwise.
    pub will_succeed: bool,
}
