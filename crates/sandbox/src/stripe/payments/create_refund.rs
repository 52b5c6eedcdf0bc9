//! Refunds (`docs.stripe.com/api/refunds/create`): of a charge or of a payment intent, in part or whole, never more than
//! was paid.

use serde_json::{Value, json};

use super::charge::book;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    blank::REFUND,
    catalog::metadata,
    money::shown,
    objects::{Kind, filled, number, text},
    turn::Turn,
};

/// `POST /v1/refunds`.
pub(crate) fn create(turn: &mut Turn<'_>, params: &Params) -> Result<Value, StripeError> {
    params.accept(&["refund_application_fee", "reverse_transfer", "instructions_email"]);
    let (charge, intent) = (params.text("charge")?, params.text("payment_intent")?);
    let amount = params.int_from("amount", 1)?;
    let reason = params.choice("reason", &["duplicate", "fraudulent", "requested_by_customer"])?;
    let metadata = metadata::read(params, "metadata")?;
    params.finish()?;
    let charge = find_charge(turn, charge, intent)?;
    let id = text(&charge, "id").to_owned();
    let currency = text(&charge, "currency").to_owned();
    if is_withheld(turn, &id) {
        return Err(
            StripeError::invalid(format!("Charge {id} has been charged back; cannot issue a refund."))
                .code("charge_disputed")
                .at_work(),
        );
    }
    let left = number(&charge, "amount") - number(&charge, "amount_refunded");
    if left == 0 {
        return Err(StripeError::invalid(format!("Charge {id} has already been refunded."))
            .code("charge_already_refunded")
            .at_work());
    }
    let amount = amount.unwrap_or(left);
    if amount > left {
        let (asked, left) = (shown(amount, &currency), shown(left, &currency));
        return Err(StripeError::invalid(format!(
            "Refund amount ({asked}) is greater than unrefunded amount on charge ({left})"
        ))
        .param("amount")
        .at_work());
    }
    let waits = turn.world.stripe.refunds_wait;
    let mut refund = filled(
        REFUND,
        json!({
            "id": turn.id("re_3", 23),
            "amount": amount,
            "charge": id,
            "created": turn.seconds(),
            "currency": currency,
            "destination_details": {
                "card": { "reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund" },
                "type": "card",
            },
            "metadata": metadata,
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": if waits { "pending" } else { "succeeded" },
        }),
    );
    let at = turn.seconds();
    let booked = book(turn, text(&refund, "id"), -amount, 0, at, "refund", &currency);
    refund["balance_transaction"] = booked["id"].clone();
    turn.insert(Kind::Refund, &refund);
    turn.effect("refund.created", &refund, &id);
    turn.emit("refund.created", &refund);
    let refunded = number(&charge, "amount_refunded") + amount;
    let fields = json!({
        "amount_refunded": refunded,
        "refunded": refunded == number(&charge, "amount"),
    });
    let (charge, previous) = turn.set(Kind::Charge, &id, fields);
    turn.emit_update("charge.refunded", &charge, previous);
    Ok(refund)
}

/// Whether a bank has the money, or may get it. `disputed` on the charge says only that there was a dispute; what counts is
/// each dispute's `is_charge_refundable` (`docs.stripe.com/api/disputes/object#dispute_object-is_charge_refundable`): false
/// while the bank decides and once it has taken the money, true again when the merchant has won, as programs that give money
/// back have found (github.com/Automattic/woocommerce-payments/issues/7960, github.com/alphagov/pay-connector/pull/5739).
fn is_withheld(turn: &Turn<'_>, charge: &str) -> bool {
    let disputes = turn.world.stripe.objects.of(Kind::Dispute);
    disputes
        .filter(|dispute| text(dispute, "charge") == charge)
        .any(|dispute| dispute["is_charge_refundable"] != true)
}

fn find_charge(turn: &Turn<'_>, charge: Option<String>, intent: Option<String>) -> Result<Value, StripeError> {
    let objects = &turn.world.stripe.objects;
    let charge = match (charge, intent) {
        (Some(id), _) => {
            let found = objects.get(Kind::Charge, &id);
            found
                .cloned()
                .ok_or_else(|| StripeError::no_such_at(Kind::Charge, &id, "charge"))?
        }
        (None, Some(id)) => {
            let found = objects.get(Kind::PaymentIntent, &id);
            let intent = found.ok_or_else(|| StripeError::no_such_at(Kind::PaymentIntent, &id, "payment_intent"))?;
            let paid = text(intent, "status") == "succeeded";
            let charge = objects
                .get(Kind::Charge, text(intent, "latest_charge"))
                .filter(|_| paid);
            charge.cloned().ok_or_else(|| {
                StripeError::invalid(format!(
                    "This PaymentIntent ({id}) does not have a successful charge to refund."
                ))
                .at_work()
            })?
        }
        (None, None) => {
            return Err(StripeError::invalid(
                "One of the following params should be provided for this request: payment_intent or charge.",
            )
            .code("parameter_missing"));
        }
    };
    if charge["paid"] != true {
        let id = text(&charge, "id");
        return Err(StripeError::invalid(format!("Charge {id} was not paid and cannot be refunded.")).at_work());
    }
    Ok(charge)
}
