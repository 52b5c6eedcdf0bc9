//! Every object Stripe keeps, as the JSON it sends, by id and in the order it was made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kinds of objects that have an address of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Session,
    PaymentIntent,
    Charge,
    BalanceTransaction,
    PaymentMethod,
    Customer,
    Product,
    Price,
    Coupon,
    PromotionCode,
    Refund,
    Dispute,
    Subscription,
    Invoice,
    InvoicePayment,
    Event,
}

impl Kind {
    pub(crate) const ALL: [Self; 16] = [
        Self::Session,
        Self::PaymentIntent,
        Self::Charge,
        Self::BalanceTransaction,
        Self::PaymentMethod,
        Self::Customer,
        Self::Product,
        Self::Price,
        Self::Coupon,
        Self::PromotionCode,
        Self::Refund,
        Self::Dispute,
        Self::Subscription,
        Self::Invoice,
        Self::InvoicePayment,
        Self::Event,
    ];

    /// The value of `object`.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Session => "checkout.session",
            Self::PaymentIntent => "payment_intent",
            Self::Charge => "charge",
            Self::BalanceTransaction => "balance_transaction",
            Self::PaymentMethod => "payment_method",
            Self::Customer => "customer",
            Self::Product => "product",
            Self::Price => "price",
            Self::Coupon => "coupon",
            Self::PromotionCode => "promotion_code",
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::Subscription => "subscription",
            Self::Invoice => "invoice",
            Self::InvoicePayment => "invoice_payment",
            Self::Event => "event",
        }
    }

    /// The path under `/v1/`.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Session => "checkout/sessions",
            Self::BalanceTransaction => "balance_transactions",
            other => other.plural(),
        }
    }

    /// The word for it in the names of operations.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Self::Session => "sessions",
            Self::PaymentIntent => "payment_intents",
            Self::Charge => "charges",
            Self::BalanceTransaction => "balance_transactions",
            Self::PaymentMethod => "payment_methods",
            Self::Customer => "customers",
            Self::Product => "products",
            Self::Price => "prices",
            Self::Coupon => "coupons",
            Self::PromotionCode => "promotion_codes",
            Self::Refund => "refunds",
            Self::Dispute => "disputes",
            Self::Subscription => "subscriptions",
            Self::Invoice => "invoices",
            Self::InvoicePayment => "invoice_payments",
            Self::Event => "events",
        }
    }

    /// The parameter that Stripe names when the id in a path is unknown.
    pub(crate) fn path_param(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::PaymentIntent => "intent",
            Self::Charge => "charge",
            Self::Coupon => "coupon",
            Self::PromotionCode => "promotion_code",
            Self::Invoice => "invoice",
            Self::Subscription | Self::Dispute | Self::Refund => self.object(),
            _ => "id",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    kind: Kind,
    value: Value,
}

/// The objects.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Objects {
    by_id: BTreeMap<String, Stored>,
    order: BTreeMap<Kind, Vec<String>>,
}

impl Objects {
    /// Keeps a new object under its `id`.
    pub(crate) fn insert(&mut self, kind: Kind, value: Value) {
        let id = text(&value, "id").to_owned();
        self.order.entry(kind).or_default().push(id.clone());
        self.by_id.insert(id, Stored { kind, value });
    }

    pub(crate) fn get(&self, kind: Kind, id: &str) -> Option<&Value> {
        self.by_id
            .get(id)
            .filter(|stored| stored.kind == kind)
            .map(|stored| &stored.value)
    }

    pub(crate) fn get_mut(&mut self, kind: Kind, id: &str) -> Option<&mut Value> {
        self.by_id
            .get_mut(id)
            .filter(|stored| stored.kind == kind)
            .map(|stored| &mut stored.value)
    }

    /// An object of any kind, for `expand`.
    pub(crate) fn any(&self, id: &str) -> Option<&Value> {
        self.by_id.get(id).map(|stored| &stored.value)
    }

    /// All of a kind, the oldest first.
    pub(crate) fn of(&self, kind: Kind) -> impl DoubleEndedIterator<Item = &Value> {
        self.order
            .get(&kind)
            .into_iter()
            .flatten()
            .filter_map(|id| self.by_id.get(id))
            .map(|stored| &stored.value)
    }
}

/// The text in a field; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The number in a field; zero where there is none.
pub(crate) fn number(value: &Value, field: &str) -> i64 {
    value.get(field).and_then(Value::as_i64).unwrap_or_default()
}

/// A whole object: all fields of the blank one, with these put in.
pub(crate) fn filled(blank: &str, fields: Value) -> Value {
    let mut object: Map<String, Value> = serde_json::from_str(blank).unwrap_or_default();
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Value::Object(object)
}

/// A whole list as Stripe embeds it in an object.
pub(crate) fn list_of(data: &[Value], url: &str) -> Value {
    serde_json::json!({ "object": "list", "data": data, "has_more": false, "url": url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_found_by_its_own_kind_only_and_lists_keep_the_order() {
        let mut objects = Objects::default();
        objects.insert(Kind::Charge, serde_json::json!({ "id": "ch_2" }));
        objects.insert(Kind::Charge, serde_json::json!({ "id": "ch_1" }));
        assert!(objects.get(Kind::Charge, "ch_2").is_some());
        assert!(objects.get(Kind::Refund, "ch_2").is_none());
        let ids: Vec<_> = objects.of(Kind::Charge).map(|value| text(value, "id")).collect();
        assert_eq!(ids, ["ch_2", "ch_1"]);
        assert_eq!((objects.of(Kind::Refund).count(), objects.any("ch_3")), (0, None));
    }
}
