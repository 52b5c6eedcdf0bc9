//! Invoices (`docs.stripe.com/api/invoices`): drafts with their lines, and what paying one changes.

use serde_json::{Value, json};

use crate::stripe::{
    blank::{INVOICE, INVOICE_LINE, INVOICE_PAYMENT},
    checkout::totals::amount_off,
    objects::{Kind, filled, list_of, number, text},
    turn::Turn,
};

/// What an invoice is made of.
pub(crate) struct Draft<'a> {
    pub subscription: &'a Value,
    /// The session lines it bills.
    pub lines: &'a [Value],
    /// `subscription_create` or `subscription_cycle`.
    pub reason: &'static str,
    pub period: (i64, i64),
}

/// A new draft: `invoice.created`.
pub(crate) fn make(turn: &mut Turn<'_>, draft: &Draft<'_>) -> Value {
    let id = turn.id("in_1", 23);
    let subscription = text(draft.subscription, "id").to_owned();
    let customer = turn.object(Kind::Customer, text(draft.subscription, "customer"));
    let lines: Vec<_> = draft
        .lines
        .iter()
        .map(|line| make_line(turn, &id, draft, line))
        .collect();
    let subtotal: i64 = lines.iter().map(|line| number(line, "amount")).sum();
    let coupon = turn
        .world
        .stripe
        .subscriptions
        .get(&subscription)
        .and_then(|memory| memory.coupon.clone());
    let coupon = coupon.filter(|(_, until)| until.is_none_or(|until| turn.moment < until));
    let off = coupon.map_or(0, |(coupon, _)| {
        amount_off(&turn.object(Kind::Coupon, &coupon), subtotal)
    });
    let total = subtotal - off;
    let sequence = number(&customer, "next_invoice_sequence").max(1);
    let prefix = text(&customer, "invoice_prefix");
    let invoice = filled(
        INVOICE,
        json!({
            "id": id,
            "amount_due": total,
            "amount_remaining": total,
            "billing_reason": draft.reason,
            "created": turn.moment,
            "currency": draft.subscription["currency"],
            "customer": customer["id"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "lines": list_of(&lines, &format!("/v1/invoices/{id}/lines")),
            "number": format!("{prefix}-{sequence:04}"),
            "parent": {
                "quote_details": null,
                "subscription_details": { "metadata": draft.subscription["metadata"], "subscription": subscription },
                "type": "subscription_details",
            },
            "period_end": draft.period.0,
            "period_start": draft.period.0,
            "subtotal": subtotal,
            "subtotal_excluding_tax": subtotal,
            "total": total,
            "total_excluding_tax": total,
        }),
    );
    turn.set(
        Kind::Customer,
        text(&customer, "id"),
        json!({ "next_invoice_sequence": sequence + 1 }),
    );
    turn.insert(Kind::Invoice, &invoice);
    turn.set(Kind::Subscription, &subscription, json!({ "latest_invoice": id }));
    turn.effect("invoice.created", &invoice, &subscription);
    turn.emit("invoice.created", &invoice);
    invoice
}

fn make_line(turn: &Turn<'_>, invoice: &str, draft: &Draft<'_>, line: &Value) -> Value {
    let price = &line["price"];
    let items = draft.subscription["items"]["data"].as_array();
    let item = items
        .into_iter()
        .flatten()
        .find(|item| item["price"]["id"] == price["id"]);
    let (starts, ends) = draft.period;
    let (parent, period) = match item {
        Some(item) => (
            json!({
                "invoice_item_details": null,
                "subscription_item_details": {
                    "invoice_item": null, "proration": false, "proration_details": { "credited_items": null },
                    "subscription": draft.subscription["id"], "subscription_item": item["id"],
                },
                "type": "subscription_item_details",
            }),
            json!({ "end": ends, "start": starts }),
        ),
        None => (
            json!({
                "invoice_item_details": {
                    "invoice_item": turn.id("ii_1", 23), "proration": false,
                    "proration_details": { "credited_items": null }, "subscription": draft.subscription["id"],
                },
                "subscription_item_details": null,
                "type": "invoice_item_details",
            }),
            json!({ "end": starts, "start": starts }),
        ),
    };
    let quantity = number(line, "quantity");
    filled(
        INVOICE_LINE,
        json!({
            "id": turn.id("il_1", 23),
            "amount": line["amount_subtotal"],
            "currency": line["currency"],
            "description": format!("{quantity} × {}", text(line, "description")),
            "invoice": invoice,
            "metadata": draft.subscription["metadata"],
            "parent": parent,
            "period": period,
            "pricing": {
                "price_details": { "price": price["id"], "product": price["product"] },
                "type": "price_details",
                "unit_amount_decimal": price["unit_amount_decimal"],
            },
            "quantity": quantity,
            "quantity_decimal": quantity.to_string(),
            "subtotal": line["amount_subtotal"],
        }),
    )
}

/// The draft becomes final: `invoice.finalized`.
pub(crate) fn open(turn: &mut Turn<'_>, id: &str) -> Value {
    let mut transitions = turn.object(Kind::Invoice, id)["status_transitions"].clone();
    transitions["finalized_at"] = json!(turn.moment);
    let fields = json!({
        "automatically_finalizes_at": null,
        "effective_at": turn.moment,
        "hosted_invoice_url": format!("https://invoice.stripe.com/i/{id}"),
        "invoice_pdf": format!("https://pay.stripe.com/invoice/{id}/pdf"),
        "status": "open",
        "status_transitions": transitions,
    });
    let (invoice, _) = turn.set(Kind::Invoice, id, fields);
    turn.emit("invoice.finalized", &invoice);
    invoice
}

/// Ties a payment intent to the invoice it is to pay.
pub(crate) fn tie(turn: &mut Turn<'_>, invoice: &Value, intent: &str) {
    let payment = filled(
        INVOICE_PAYMENT,
        json!({
            "id": turn.id("inpay_1", 23),
            "amount_requested": invoice["amount_due"],
            "created": turn.moment,
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "payment": { "payment_intent": intent, "type": "payment_intent" },
        }),
    );
    turn.insert(Kind::InvoicePayment, &payment);
    let subscription = subscription_of(invoice).to_owned();
    if let Some(memory) = turn.state().subscriptions.get_mut(&subscription) {
        let invoice = text(invoice, "id").to_owned();
        memory.intents.insert(invoice, intent.to_owned());
    }
}

/// The id of the subscription an invoice belongs to.
pub(crate) fn subscription_of(invoice: &Value) -> &str {
    text(&invoice["parent"]["subscription_details"], "subscription")
}

/// The invoice is paid: `invoice.paid`, `invoice.payment_succeeded`, `invoice_payment.paid`.
pub(crate) fn mark_paid(turn: &mut Turn<'_>, id: &str) {
    let before = turn.object(Kind::Invoice, id);
    let mut transitions = before["status_transitions"].clone();
    transitions["paid_at"] = json!(turn.moment);
    let fields = json!({
        "amount_paid": before["amount_due"],
        "amount_remaining": 0,
        "attempt_count": number(&before, "attempt_count") + 1,
        "attempted": true,
        "auto_advance": false,
        "ending_balance": 0,
        "next_payment_attempt": null,
        "status": "paid",
        "status_transitions": transitions,
        "webhooks_delivered_at": turn.moment,
    });
    let (invoice, _) = turn.set(Kind::Invoice, id, fields);
    turn.effect("invoice.paid", &invoice, subscription_of(&invoice));
    turn.emit("invoice.paid", &invoice);
    turn.emit("invoice.payment_succeeded", &invoice);
    let payments = turn.world.stripe.objects.of(Kind::InvoicePayment).rev();
    let payment = payments.into_iter().find(|payment| text(payment, "invoice") == id);
    if let Some(payment) = payment.map(|payment| text(payment, "id").to_owned()) {
        let fields = json!({
            "amount_paid": invoice["amount_paid"],
            "status": "paid",
            "status_transitions": { "canceled_at": null, "paid_at": turn.moment },
        });
        let (payment, _) = turn.set(Kind::InvoicePayment, &payment, fields);
        turn.emit("invoice_payment.paid", &payment);
    }
}
