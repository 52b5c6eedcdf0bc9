//! Tells which operation of Stripe's API a request asks for, from its verb and path.

use http::Method;

use super::objects::Kind;

/// Names of operations of Stripe: in faults and in the ledger. `stripe` matches every request to Stripe and every
/// message from it; `stripe.page` is the hosted payment page, `stripe.webhook` every message Stripe sends.
pub const STRIPE_METHODS: [&str; 53] = [
    "stripe",
    "stripe.page",
    "stripe.webhook",
    "stripe.sessions.create",
    "stripe.sessions.get",
    "stripe.sessions.list",
    "stripe.sessions.line_items",
    "stripe.sessions.expire",
    "stripe.payment_intents.create",
    "stripe.payment_intents.get",
    "stripe.payment_intents.list",
    "stripe.payment_intents.cancel",
    "stripe.charges.get",
    "stripe.charges.list",
    "stripe.balance_transactions.get",
    "stripe.balance_transactions.list",
    "stripe.payment_methods.get",
    "stripe.customers.create",
    "stripe.customers.get",
    "stripe.customers.update",
    "stripe.customers.list",
    "stripe.products.create",
    "stripe.products.get",
    "stripe.products.update",
    "stripe.products.list",
    "stripe.prices.create",
    "stripe.prices.get",
    "stripe.prices.update",
    "stripe.prices.list",
    "stripe.coupons.create",
    "stripe.coupons.get",
    "stripe.coupons.list",
    "stripe.promotion_codes.create",
    "stripe.promotion_codes.get",
    "stripe.promotion_codes.update",
    "stripe.promotion_codes.list",
    "stripe.refunds.create",
    "stripe.refunds.get",
    "stripe.refunds.list",
    "stripe.disputes.get",
    "stripe.disputes.list",
    "stripe.disputes.close",
    "stripe.subscriptions.get",
    "stripe.subscriptions.list",
    "stripe.subscriptions.update",
    "stripe.subscriptions.cancel",
    "stripe.invoices.get",
    "stripe.invoices.list",
    "stripe.invoice_payments.get",
    "stripe.invoice_payments.list",
    "stripe.events.get",
    "stripe.events.list",
    "stripe.unknown",
];

/// An operation of the stand-in Stripe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Create(Kind),
    Get(Kind, String),
    List(Kind),
    Update(Kind, String),
    LineItems(String),
    Expire(String),
    Cancel(Kind, String),
    Close(String),
    Unknown,
}

impl Operation {
    /// Reads verb and path; the path begins with `/v1/`.
    pub(crate) fn of(method: &Method, path: &str) -> Self {
        let Some(rest) = path.strip_prefix("/v1/") else {
            return Self::Unknown;
        };
        for kind in Kind::ALL {
            let Some(rest) = rest.strip_prefix(kind.path()) else {
                continue;
            };
            let parts: Vec<_> = rest.split('/').collect();
            let operation = match (method.as_str(), parts.as_slice()) {
                ("POST", [""]) => Self::Create(kind),
                ("GET", [""]) => Self::List(kind),
                ("GET", ["", id]) => Self::Get(kind, (*id).to_owned()),
                ("POST", ["", id]) => Self::Update(kind, (*id).to_owned()),
                ("DELETE", ["", id]) => Self::Cancel(kind, (*id).to_owned()),
                ("GET", ["", id, "line_items"]) if kind == Kind::Session => Self::LineItems((*id).to_owned()),
                ("POST", ["", id, "expire"]) if kind == Kind::Session => Self::Expire((*id).to_owned()),
                ("POST", ["", id, "cancel"]) if kind == Kind::PaymentIntent => Self::Cancel(kind, (*id).to_owned()),
                ("POST", ["", id, "close"]) if kind == Kind::Dispute => Self::Close((*id).to_owned()),
                _ => continue,
            };
            return if STRIPE_METHODS.contains(&operation.name().as_str()) {
                operation
            } else {
                Self::Unknown
            };
        }
        Self::Unknown
    }

    /// The operation's name: in faults, in the ledger.
    pub(crate) fn name(&self) -> String {
        let (kind, verb) = match self {
            Self::Create(kind) => (*kind, "create"),
            Self::Get(kind, _) => (*kind, "get"),
            Self::List(kind) => (*kind, "list"),
            Self::Update(kind, _) => (*kind, "update"),
            Self::LineItems(_) => (Kind::Session, "line_items"),
            Self::Expire(_) => (Kind::Session, "expire"),
            Self::Cancel(kind, _) => (*kind, "cancel"),
            Self::Close(_) => (Kind::Dispute, "close"),
            Self::Unknown => return "stripe.unknown".to_owned(),
        };
        format!("stripe.{}.{verb}", kind.plural())
    }

    /// The id in the path.
    pub(crate) fn object(&self) -> Option<&str> {
        match self {
            Self::Get(_, id)
            | Self::Update(_, id)
            | Self::LineItems(id)
            | Self::Expire(id)
            | Self::Cancel(_, id)
            | Self::Close(id) => Some(id),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verb_and_path_name_the_operation_and_what_is_not_played_is_unknown() {
        let of = |method: Method, path: &str| Operation::of(&method, path).name();
        assert_eq!(of(Method::POST, "/v1/checkout/sessions"), "stripe.sessions.create");
        assert_eq!(
            of(Method::GET, "/v1/checkout/sessions/cs_1/line_items"),
            "stripe.sessions.line_items"
        );
        assert_eq!(
            of(Method::POST, "/v1/checkout/sessions/cs_1/expire"),
            "stripe.sessions.expire"
        );
        assert_eq!(
            of(Method::DELETE, "/v1/subscriptions/sub_1"),
            "stripe.subscriptions.cancel"
        );
        assert_eq!(of(Method::GET, "/v1/invoice_payments"), "stripe.invoice_payments.list");
        assert_eq!(of(Method::DELETE, "/v1/charges/ch_1"), "stripe.unknown");
        assert_eq!(of(Method::GET, "/v1/payouts"), "stripe.unknown");
        assert_eq!(of(Method::GET, "/v2/events"), "stripe.unknown");
    }
}
