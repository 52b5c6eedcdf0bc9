//! A session completes: paid, still unpaid, or with nothing to pay.

use serde_json::{Value, json};

use super::create::details_of;
use crate::stripe::{
    billing::start::{self, FirstPayment},
    catalog::coupons,
    due::Due,
    objects::{Kind, text},
    payments::{charge::Attempt, payment_method::Payer},
    turn::Turn,
};

/// Nothing was to be paid.
pub(crate) fn complete_free(turn: &mut Turn<'_>, session: &Value, payer: &Payer) {
    complete(turn, session, payer, json!({ "payment_status": "no_payment_required" }));
}

/// Paid at once; a subscription starts with its first invoice, paid by the attempt (or nothing was due yet).
pub(crate) fn complete_paid(
    turn: &mut Turn<'_>,
    session: &Value,
    payer: &Payer,
    attempt: Option<&Attempt<'_>>,
    method: &Value,
    fails_later: Option<&'static str>,
) {
    let status = if attempt.is_some() {
        "paid"
    } else {
        "no_payment_required"
    };
    let mut fields = json!({ "payment_status": status });
    if text(session, "mode") == "subscription" {
        let first = FirstPayment {
            attempt,
            method,
            fails_later,
        };
        let (subscription, invoice) = start::start(turn, text(session, "id"), &first);
        fields["subscription"] = json!(subscription);
        fields["invoice"] = json!(invoice);
    }
    complete(turn, session, payer, fields);
}

/// The payment is on its way.
pub(crate) fn complete_unpaid(turn: &mut Turn<'_>, session: &Value, payer: &Payer, intent: &str) {
    let id = text(session, "id").to_owned();
    let wait = turn.options.stripe.delayed_settles_after.as_secs();
    let at = turn.moment.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
    turn.state().due.add(at, Due::SettleSession(id));
    let fields = json!({ "payment_status": "unpaid", "payment_intent": intent });
    complete(turn, session, payer, fields);
}

fn complete(turn: &mut Turn<'_>, session: &Value, payer: &Payer, mut fields: Value) {
    let id = text(session, "id");
    fields["customer_details"] = details_of(&payer.email, Some(payer.name.as_deref().unwrap_or_default()));
    fields["status"] = json!("complete");
    fields["url"] = Value::Null;
    let discount = turn
        .world
        .stripe
        .checkouts
        .get(id)
        .and_then(|checkout| checkout.discount.clone());
    if let Some(discount) = discount {
        coupons::redeem(turn, &discount.coupon, discount.promotion_code.as_deref());
    }
    let (session, _) = turn.set(Kind::Session, id, fields);
    turn.effect("session.completed", &session, text(&session, "client_reference_id"));
    turn.emit("checkout.session.completed", &session);
}
