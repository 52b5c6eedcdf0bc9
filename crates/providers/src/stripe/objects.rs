//! Stripe's objects, as far as they concern us. Every word that Stripe may add to stays a text.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// A Checkout Session (docs.stripe.com/api/checkout/sessions/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Session {
    /// `cs_…`.
    pub id: String,
    /// `open`, `complete` or `expired`.
    pub status: Option<String>,
    /// `paid`, `unpaid` or `no_payment_required`.
    pub payment_status: String,
    /// `payment` or `subscription`.
    pub mode: String,
    /// The payment page, while it is open.
    pub url: Option<String>,
    /// What everything costs before discounts, in minor units.
    pub amount_subtotal: Option<i64>,
    /// What is to be paid.
    pub amount_total: Option<i64>,
    /// Of what the difference is made.
    pub total_details: Option<TotalDetails>,
    /// In lower case.
    pub currency: Option<String>,
    /// What we gave as reference: the order.
    pub client_reference_id: Option<String>,
    /// The payment, from the first attempt on; never in subscriptions.
    pub payment_intent: Option<Ref<Intent>>,
    /// The subscription, once it is made.
    pub subscription: Option<Ref<Ignored>>,
    /// The first invoice of a subscription.
    pub invoice: Option<Ref<Ignored>>,
    /// Who pays, where Stripe keeps them.
    pub customer: Option<Ref<Ignored>>,
}

impl Session {
    /// Whether there is nothing left to be paid.
    pub fn is_paid(&self) -> bool {
        matches!(self.payment_status.as_str(), "paid" | "no_payment_required")
            && self.status.as_deref() == Some("complete")
    }

    /// What promotion codes took off, in minor units.
    pub fn discount(&self) -> i64 {
        self.total_details.as_ref().map_or(0, |details| details.amount_discount)
    }

    /// Whether it can still be paid.
    pub fn is_open(&self) -> bool {
        self.status.as_deref() == Some("open")
    }
}

/// What makes the total of a session another than the sum of its lines.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TotalDetails {
    /// What discounts took off, in minor units.
    pub amount_discount: i64,
}

/// A payment, from the first attempt to the money (`docs.stripe.com/api/payment_intents/object`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Intent {
    /// `pi_…`.
    pub id: String,
    /// `succeeded`, `processing`, `requires_payment_method`, …
    pub status: String,
    /// What came in, in minor units.
    pub amount_received: i64,
    /// In lower case.
    pub currency: String,
    /// What we wrote into it.
    #[serde(default)]
    pub metadata: Metadata,
    /// The last attempt to charge.
    pub latest_charge: Option<Ref<Charge>>,
    /// Why the last attempt failed.
    pub last_payment_error: Option<PaymentError>,
}

/// What we wrote into an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// The order.
    pub order_id: Option<String>,
    /// The refund of ours.
    pub refund_id: Option<String>,
}

/// Why a payment failed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PaymentError {
    /// Such as `card_declined`.
    pub code: Option<String>,
}

/// Money that was taken (docs.stripe.com/api/charges/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Charge {
    /// `ch_…`.
    pub id: String,
    /// In minor units.
    pub amount: i64,
    /// How much of it went back; refunds that failed do not count.
    pub amount_refunded: i64,
    /// Whether it was ever disputed.
    pub disputed: bool,
    /// Whose charge it is.
    pub payment_intent: Option<Ref<Ignored>>,
}

/// Money that goes back (docs.stripe.com/api/refunds/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refund {
    /// `re_…`.
    pub id: String,
    /// In minor units.
    pub amount: i64,
    /// In lower case.
    pub currency: String,
    /// `pending`, `requires_action`, `succeeded`, `failed` or `canceled`.
    pub status: Option<String>,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Of which payment.
    pub payment_intent: Option<Ref<Ignored>>,
    /// What we wrote into it.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

/// A bank that wants money back (docs.stripe.com/api/disputes/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Dispute {
    /// `du_…`.
    pub id: String,
    /// `needs_response`, `under_review`, `won`, `lost`, `warning_closed`, …
    pub status: String,
    /// About which payment.
    pub payment_intent: Option<Ref<Ignored>>,
}

/// A bill of a subscription (docs.stripe.com/api/invoices/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Invoice {
    /// `in_…`.
    pub id: String,
    /// `draft`, `open`, `paid`, `uncollectible` or `void`.
    pub status: Option<String>,
    /// What is to be paid, in minor units.
    pub amount_due: i64,
    /// What was paid.
    pub amount_paid: i64,
    /// In lower case.
    pub currency: String,
    /// How often a payment was tried.
    #[serde(default)]
    pub attempt_count: i64,
    /// What it is for.
    pub lines: List<InvoiceLine>,
    /// Where it comes from.
    pub parent: Option<InvoiceParent>,
    /// How it was paid; only where asked for.
    pub payments: Option<List<InvoicePayment>>,
}

impl Invoice {
    /// The subscription it belongs to.
    pub fn subscription(&self) -> Option<&str> {
        let details = self.parent.as_ref()?.subscription_details.as_ref()?;
        Some(details.subscription.id())
    }

    /// From when until when it pays for: the longest stretch of its lines. What was bought once lasts no time.
    pub fn period(&self) -> Option<(Timestamp, Timestamp)> {
        let lines = self.lines.data.iter().map(|line| &line.period);
        let longest = lines.max_by_key(|period| period.end - period.start)?;
        let at = |seconds| Timestamp::from_second(seconds).ok();
        Some((at(longest.start)?, at(longest.end)?))
    }

    /// The payment that paid it.
    pub fn payment_intent(&self) -> Option<&str> {
        let payments = self.payments.iter().flat_map(|payments| &payments.data);
        let mut paid = payments.filter(|payment| payment.status == "paid");
        paid.find_map(|payment| payment.payment.payment_intent.as_ref().map(Ref::id))
    }
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvoiceLine {
    /// From when until when it pays for.
    pub period: Period,
}

/// A stretch of time, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Period {
    /// The beginning.
    pub start: i64,
    /// The end.
    pub end: i64,
}

/// Where a bill comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvoiceParent {
    /// The subscription.
    pub subscription_details: Option<SubscriptionDetails>,
}

/// The subscription of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SubscriptionDetails {
    /// `sub_…`.
    pub subscription: Ref<Ignored>,
    /// What we wrote into the subscription.
    #[serde(default, deserialize_with = "or_default")]
    pub metadata: Metadata,
}

/// How a bill was paid.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct InvoicePayment {
    /// `open`, `paid` or `canceled`.
    pub status: String,
    /// By what.
    pub payment: PaidBy,
}

/// What paid a bill.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PaidBy {
    /// The payment.
    pub payment_intent: Option<Ref<Ignored>>,
}

/// A subscription (docs.stripe.com/api/subscriptions/object).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Subscription {
    /// `sub_…`.
    pub id: String,
    /// `incomplete`, `active`, `past_due`, `canceled`, `unpaid`, `paused`, …
    pub status: String,
    /// Whether it ends when what is paid for is over.
    #[serde(default)]
    pub cancel_at_period_end: bool,
    /// When it ended, in seconds since 1970.
    pub ended_at: Option<i64>,
    /// What we wrote into it.
    #[serde(default)]
    pub metadata: Metadata,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct List<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// Whether there are more pages.
    #[serde(default)]
    pub has_more: bool,
}

/// The id of an object, or the whole of it where that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Ref<T> {
    /// The id.
    Id(String),
    /// The whole.
    Whole(Box<T>),
}

impl<T: HasId> Ref<T> {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Whole(whole) => whole.id(),
        }
    }

    /// The whole, where it came.
    pub fn whole(&self) -> Option<&T> {
        match self {
            Self::Id(_) => None,
            Self::Whole(whole) => Some(whole),
        }
    }
}

/// Something with an id.
pub trait HasId {
    /// The id.
    fn id(&self) -> &str;
}

/// An object of which only the id matters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ignored {
    id: String,
}

macro_rules! have_ids {
    ($($kind:ty),+) => {
        $(impl HasId for $kind {
            fn id(&self) -> &str {
                &self.id
            }
        })+
    };
}

have_ids!(Ignored, Intent, Charge);

fn or_default<'de, D: Deserializer<'de>>(from: D) -> Result<Metadata, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
