//! Attempts to charge a payment intent: taken, declined, or on its way; with the events of each in Stripe's order.

use serde_json::{Value, json};

use super::{declines::Decline, payment_method::details};
use crate::stripe::{
    blank::{BALANCE_TRANSACTION, CHARGE},
    money::fee,
    objects::{Kind, filled, number, text},
    turn::Turn,
};

/// An attempt at a payment intent.
pub(crate) struct Attempt<'a> {
    pub intent: &'a str,
    pub method: &'a Value,
    /// The moment, in seconds.
    pub at: i64,
    pub authenticated: bool,
}

/// The charge is taken: `charge.succeeded`, `payment_intent.succeeded`.
pub(crate) fn succeed(turn: &mut Turn<'_>, attempt: &Attempt<'_>) -> Value {
    let charge = make(turn, attempt, "succeeded");
    let charge = take(turn, text(&charge, "id"), attempt.at);
    turn.emit("charge.succeeded", &charge);
    finish_intent(turn, attempt, &charge)
}

/// A charge that was on its way is taken.
pub(crate) fn settle(turn: &mut Turn<'_>, intent: &str, at: i64) -> Value {
    let object = turn.object(Kind::PaymentIntent, intent);
    let charge = take(turn, text(&object, "latest_charge"), at);
    turn.emit("charge.succeeded", &charge);
    let method = turn.object(Kind::PaymentMethod, text(&object, "payment_method"));
    let attempt = Attempt {
        intent,
        method: &method,
        at,
        authenticated: false,
    };
    finish_intent(turn, &attempt, &charge)
}

/// The charge is on its way: `payment_intent.processing`, `charge.pending`.
pub(crate) fn process(turn: &mut Turn<'_>, attempt: &Attempt<'_>) -> Value {
    let charge = make(turn, attempt, "pending");
    let fields = json!({
        "last_payment_error": null,
        "latest_charge": charge["id"],
        "next_action": null,
        "payment_method": attempt.method["id"],
        "processing": null,
        "status": "processing",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, attempt.intent, fields);
    turn.emit("payment_intent.processing", &intent);
    turn.emit("charge.pending", &charge);
    intent
}

/// The charge is refused: `charge.failed`, `payment_intent.payment_failed`. The customer may try again.
pub(crate) fn decline(turn: &mut Turn<'_>, attempt: &Attempt<'_>, why: Decline) -> Value {
    let charge = make(turn, attempt, "failed");
    let id = text(&charge, "id").to_owned();
    fail_charge(turn, attempt.intent, &id, attempt.method, why)
}

/// A charge that was on its way bounces.
pub(crate) fn bounce(turn: &mut Turn<'_>, intent: &str, why: Decline) -> Value {
    let object = turn.object(Kind::PaymentIntent, intent);
    let method = turn.object(Kind::PaymentMethod, text(&object, "payment_method"));
    let charge = text(&object, "latest_charge").to_owned();
    fail_charge(turn, intent, &charge, &method, why)
}

/// The card asks for 3-D Secure: `payment_intent.requires_action`.
pub(crate) fn ask_authentication(turn: &mut Turn<'_>, intent: &str, method: &Value, page: &str, back: &str) -> Value {
    let fields = json!({
        "last_payment_error": null,
        "next_action": { "redirect_to_url": { "return_url": back, "url": page }, "type": "redirect_to_url" },
        "payment_method": method["id"],
        "status": "requires_action",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, intent, fields);
    turn.emit("payment_intent.requires_action", &intent);
    intent
}

/// The payer did not authenticate: no charge was made, `payment_intent.payment_failed`.
pub(crate) fn refuse_authentication(turn: &mut Turn<'_>, intent: &str, why: Decline) -> Value {
    let object = turn.object(Kind::PaymentIntent, intent);
    let method = turn.object(Kind::PaymentMethod, text(&object, "payment_method"));
    let fields = json!({
        "last_payment_error": payment_error(why, None, &method),
        "next_action": null,
        "payment_method": null,
        "status": "requires_payment_method",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, intent, fields);
    turn.emit("payment_intent.payment_failed", &intent);
    intent
}

fn make(turn: &mut Turn<'_>, attempt: &Attempt<'_>, status: &str) -> Value {
    let intent = turn.object(Kind::PaymentIntent, attempt.intent);
    let amount = number(&intent, "amount");
    let outcome = (status != "failed").then(|| {
        json!({
            "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null, "risk_level": "normal", "risk_score": 20,
            "seller_message": "Payment complete.", "type": "authorized",
        })
    });
    let charge = filled(
        CHARGE,
        json!({
            "id": turn.id("ch_3", 23),
            "amount": amount,
            "billing_details": attempt.method["billing_details"],
            "created": attempt.at,
            "currency": intent["currency"],
            "customer": intent["customer"],
            "description": intent["description"],
            "metadata": intent["metadata"],
            "outcome": outcome,
            "payment_intent": attempt.intent,
            "payment_method": attempt.method["id"],
            "payment_method_details": details(attempt.method, amount, attempt.authenticated),
            "receipt_email": intent["receipt_email"],
            "status": status,
        }),
    );
    turn.insert(Kind::Charge, &charge);
    charge
}

/// Marks a charge as taken and books it.
fn take(turn: &mut Turn<'_>, charge: &str, at: i64) -> Value {
    let object = turn.object(Kind::Charge, charge);
    let amount = number(&object, "amount");
    let booked = book(
        turn,
        charge,
        amount,
        fee(amount),
        at,
        "charge",
        text(&object, "currency"),
    );
    let fields = json!({
        "amount_captured": amount,
        "balance_transaction": booked["id"],
        "captured": true,
        "paid": true,
        "receipt_url": format!("https://pay.stripe.com/receipts/payment/{charge}"),
        "status": "succeeded",
    });
    let (object, _) = turn.set(Kind::Charge, charge, fields);
    let intent = text(&object, "payment_intent").to_owned();
    turn.effect("charge.succeeded", &object, &intent);
    object
}

/// A line in Stripe's books; `amount` is negative where money leaves.
pub(crate) fn book(
    turn: &mut Turn<'_>,
    source: &str,
    amount: i64,
    fee: i64,
    at: i64,
    kind: &str,
    currency: &str,
) -> Value {
    const DAYS_UNTIL_AVAILABLE: i64 = 7;
    let details = json!([{
        "amount": fee, "application": null, "currency": currency, "description": "Stripe processing fees",
        "type": "stripe_fee",
    }]);
    let booked = filled(
        BALANCE_TRANSACTION,
        json!({
            "id": turn.id("txn_3", 23),
            "amount": amount,
            "available_on": at + DAYS_UNTIL_AVAILABLE * 86_400,
            "created": at,
            "currency": currency,
            "fee": fee,
            "fee_details": if fee == 0 { json!([]) } else { details },
            "net": amount - fee,
            "reporting_category": if kind == "adjustment" { "dispute" } else { kind },
            "source": source,
            "type": kind,
        }),
    );
    turn.insert(Kind::BalanceTransaction, &booked);
    booked
}

fn finish_intent(turn: &mut Turn<'_>, attempt: &Attempt<'_>, charge: &Value) -> Value {
    let fields = json!({
        "amount_received": charge["amount"],
        "last_payment_error": null,
        "latest_charge": charge["id"],
        "next_action": null,
        "payment_method": attempt.method["id"],
        "processing": null,
        "status": "succeeded",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, attempt.intent, fields);
    turn.emit("payment_intent.succeeded", &intent);
    intent
}

fn fail_charge(turn: &mut Turn<'_>, intent: &str, charge: &str, method: &Value, why: Decline) -> Value {
    let outcome = json!({
        "advice_code": "try_again_later", "network_advice_code": null, "network_decline_code": null,
        "network_status": "declined_by_network", "reason": why.issuer_code, "risk_level": "normal", "risk_score": 20,
        "seller_message": "The bank did not return any further details with this decline.", "type": "issuer_declined",
    });
    let fields = json!({
        "failure_code": why.code,
        "failure_message": why.message,
        "outcome": outcome,
        "status": "failed",
    });
    let (object, _) = turn.set(Kind::Charge, charge, fields);
    turn.effect("charge.failed", &object, intent);
    turn.emit("charge.failed", &object);
    let fields = json!({
        "last_payment_error": payment_error(why, Some(charge), method),
        "latest_charge": charge,
        "next_action": null,
        "payment_method": null,
        "processing": null,
        "status": "requires_payment_method",
    });
    let (intent, _) = turn.set(Kind::PaymentIntent, intent, fields);
    turn.emit("payment_intent.payment_failed", &intent);
    intent
}

fn payment_error(why: Decline, charge: Option<&str>, method: &Value) -> Value {
    let page = why.code.replace('_', "-");
    let kind = if charge.is_some() {
        "card_error"
    } else {
        "invalid_request_error"
    };
    let mut error = json!({
        "code": why.code,
        "doc_url": format!("https://stripe.com/docs/error-codes/{page}"),
        "message": why.message,
        "payment_method": method,
        "type": kind,
    });
    if let Some(charge) = charge {
        error["charge"] = json!(charge);
    }
    if let Some(code) = why.issuer_code {
        error["decline_code"] = json!(code);
    }
    error
}
