//! Lists of subscriptions, invoices and invoice payments, with their filters.

use serde_json::Value;

use super::invoice::subscription_of;
use crate::stripe::{
    api::{errors::StripeError, list_objects::list_objects, params::Params},
    objects::{Kind, text},
    turn::Turn,
};

/// GET on the address of one of these kinds.
pub(crate) fn list(turn: &Turn<'_>, kind: Kind, params: &Params) -> Result<Value, StripeError> {
    match kind {
        Kind::Subscription => list_subscriptions(turn, params),
        Kind::Invoice => list_invoices(turn, params),
        _ => list_invoice_payments(turn, params),
    }
}

/// Those that have ended are left out unless asked for.
fn list_subscriptions(turn: &Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let words = [
        "active",
        "all",
        "canceled",
        "ended",
        "incomplete",
        "incomplete_expired",
        "past_due",
        "paused",
        "trialing",
        "unpaid",
    ];
    let status = params.choice("status", &words)?;
    let (customer, price) = (params.text("customer")?, params.text("price")?);
    let matches_status = |found: &str| match status.as_deref() {
        None => found != "canceled",
        Some("all") => true,
        Some("ended") => matches!(found, "canceled" | "incomplete_expired"),
        Some(wanted) => found == wanted,
    };
    let has_price = |subscription: &Value, price: &str| {
        let items = subscription["items"]["data"].as_array();
        items
            .into_iter()
            .flatten()
            .any(|item| text(&item["price"], "id") == price)
    };
    list_objects(&turn.world.stripe.objects, Kind::Subscription, params, |subscription| {
        matches_status(text(subscription, "status"))
            && customer
                .as_deref()
                .is_none_or(|customer| text(subscription, "customer") == customer)
            && price.as_deref().is_none_or(|price| has_price(subscription, price))
    })
}

fn list_invoices(turn: &Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let status = params.choice("status", &["draft", "open", "paid", "uncollectible", "void"])?;
    let (customer, subscription) = (params.text("customer")?, params.text("subscription")?);
    list_objects(&turn.world.stripe.objects, Kind::Invoice, params, |invoice| {
        status.as_deref().is_none_or(|status| text(invoice, "status") == status)
            && customer
                .as_deref()
                .is_none_or(|customer| text(invoice, "customer") == customer)
            && subscription
                .as_deref()
                .is_none_or(|wanted| subscription_of(invoice) == wanted)
    })
}

fn list_invoice_payments(turn: &Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    let status = params.choice("status", &["canceled", "open", "paid"])?;
    let invoice = params.text("invoice")?;
    let intent = match params.child("payment") {
        None => None,
        Some(payment) => {
            payment.choice("type", &["payment_intent"])?;
            payment.text("payment_intent")?
        }
    };
    list_objects(&turn.world.stripe.objects, Kind::InvoicePayment, params, |payment| {
        status.as_deref().is_none_or(|status| text(payment, "status") == status)
            && invoice
                .as_deref()
                .is_none_or(|invoice| text(payment, "invoice") == invoice)
            && intent
                .as_deref()
                .is_none_or(|intent| text(&payment["payment"], "payment_intent") == intent)
    })
}
