//! An invoice of a renewal: finalized an hour after it was drafted, charged, and where the card is declined, tried
//! again by the schedule until the subscription is cancelled (`docs.stripe.com/billing/revenue-recovery`).

use serde_json::{Value, json};

use super::{cancel_subscription::end, invoice};
use crate::stripe::{
    due::Due,
    objects::{Kind, number, text},
    payments::{
        charge::{self, Attempt},
        create_payment_intent,
        declines::{self, Decline},
    },
    turn::Turn,
};

/// A draft becomes final, and is charged at once.
pub(crate) fn finalize(turn: &mut Turn<'_>, id: &str) {
    let draft = turn.object(Kind::Invoice, id);
    if text(&draft, "status") != "draft" || draft["auto_advance"] != true {
        return;
    }
    invoice::open(turn, id);
    attempt(turn, id);
}

/// Tries to charge an open invoice.
pub(crate) fn attempt(turn: &mut Turn<'_>, id: &str) {
    let invoice = turn.object(Kind::Invoice, id);
    if text(&invoice, "status") != "open" || invoice["auto_advance"] != true {
        return;
    }
    let subscription = turn.object(Kind::Subscription, invoice::subscription_of(&invoice));
    if number(&invoice, "amount_due") == 0 {
        invoice::mark_paid(turn, id);
        return;
    }
    let intent = intent_of(turn, &invoice, &subscription);
    let method = turn.object(Kind::PaymentMethod, text(&subscription, "default_payment_method"));
    let attempt = Attempt {
        intent: &intent,
        method: &method,
        at: turn.moment,
        authenticated: false,
    };
    let memory = turn.world.stripe.subscriptions.get(text(&subscription, "id"));
    let decline = memory.and_then(|memory| memory.declines.as_deref()).map(declines::find);
    if let Some(Ok(why)) = decline {
        refuse(turn, &invoice, &subscription, &attempt, why);
        return;
    }
    charge::succeed(turn, &attempt);
    invoice::mark_paid(turn, id);
    let latest = text(&subscription, "latest_invoice") == id;
    if latest && text(&subscription, "status") == "past_due" {
        set_status(turn, &subscription, "active");
    }
}

fn refuse(turn: &mut Turn<'_>, invoice: &Value, subscription: &Value, attempt: &Attempt<'_>, why: Decline) {
    charge::decline(turn, attempt, why);
    let (id, tried) = (text(invoice, "id"), number(invoice, "attempt_count") + 1);
    let days = usize::try_from(tried - 1)
        .ok()
        .and_then(|at| turn.options.stripe.invoice_retry_days.get(at));
    let next = days.map(|days| turn.moment + i64::from(*days) * 86_400);
    if let Some(next) = next {
        turn.state().due.add(next, Due::RetryInvoice(id.to_owned()));
    }
    let fields = json!({ "attempt_count": tried, "attempted": true, "next_payment_attempt": next });
    let (invoice, _) = turn.set(Kind::Invoice, id, fields);
    turn.effect("invoice.payment_failed", &invoice, text(subscription, "id"));
    turn.emit("invoice.payment_failed", &invoice);
    if text(subscription, "status") == "active" {
        set_status(turn, subscription, "past_due");
    }
    if next.is_none() {
        end(turn, text(subscription, "id"), "payment_failed");
    }
}

fn set_status(turn: &mut Turn<'_>, subscription: &Value, status: &str) {
    let id = text(subscription, "id");
    let (subscription, previous) = turn.set(Kind::Subscription, id, json!({ "status": status }));
    turn.emit_update("customer.subscription.updated", &subscription, previous);
}

/// The invoice's payment intent; a new one at the first attempt.
fn intent_of(turn: &mut Turn<'_>, invoice: &Value, subscription: &Value) -> String {
    let memory = turn.world.stripe.subscriptions.get(text(subscription, "id"));
    if let Some(intent) = memory.and_then(|memory| memory.intents.get(text(invoice, "id"))) {
        return intent.clone();
    }
    let fields = json!({
        "amount": invoice["amount_due"],
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "description": "Subscription update",
        "setup_future_usage": "off_session",
    });
    let at = turn.moment;
    let intent = create_payment_intent::make(turn, at, fields);
    let intent = text(&intent, "id").to_owned();
    invoice::tie(turn, invoice, &intent);
    intent
}
