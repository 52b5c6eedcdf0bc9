//! What a person does on the payment page: pays by card, is declined, is asked for 3-D Secure, or pays by a debit
//! that settles later. The page and the control API both end here.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    complete::{complete_free, complete_paid, complete_unpaid},
    memory::{Challenge, Checkout},
};
use crate::stripe::{
    api::errors::StripeError,
    catalog::customers,
    objects::{Kind, number, text},
    payments::{
        charge::{self, Attempt},
        create_payment_intent,
        declines::{self, NOT_AUTHENTICATED},
        payment_method::{self, Payer, delayed_method},
    },
    turn::Turn,
};

/// How a session is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayWith {
    /// A card that pays.
    Card,
    /// A card that asks for 3-D Secure first.
    CardWithAuthentication,
    /// A card that is declined; one of the names the page offers: `generic_decline`, `insufficient_funds`, `lost_card`,
    /// `stolen_card`, `expired_card`, `incorrect_cvc`, `processing_error`, `fraudulent`.
    Declined(String),
    /// A card that pays now and is declined when a subscription renews.
    CardThatFailsLater(String),
    /// A debit that is on its way first and succeeds, or does not.
    Delayed {
        /// How it ends, unless the control API ends it otherwise.
        succeeds: bool,
    },
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The session is complete.
    Complete,
    /// The payer has to authenticate.
    Authenticate,
    /// Declined, in these words; the payer may try again.
    Declined(String),
}

/// One attempt at an open session.
pub(crate) fn pay(turn: &mut Turn<'_>, id: &str, payer: &Payer, with: &PayWith) -> Result<Outcome, StripeError> {
    let session = open_session(turn, id)?;
    if !payer.email.contains('@') {
        return Err(StripeError::invalid("Enter an e-mail address.").param("email"));
    }
    if number(&session, "amount_total") == 0 && text(&session, "mode") == "payment" {
        complete_free(turn, &session, payer);
        return Ok(Outcome::Complete);
    }
    let later = match with {
        PayWith::Declined(name) | PayWith::CardThatFailsLater(name) => Some(declines::find(name)?),
        _ => None,
    };
    let kind = match with {
        PayWith::Delayed { .. } if text(&session, "mode") == "subscription" => {
            return Err(StripeError::invalid("Subscriptions are paid by card in the sandbox."));
        }
        PayWith::Delayed { .. } => delayed_method(text(&session, "currency")).unwrap_or("sepa_debit"),
        _ => "card",
    };
    let offered = session["payment_method_types"].as_array();
    if !offered.is_some_and(|types| types.iter().any(|one| one == kind)) {
        return Err(StripeError::invalid(format!("This session does not take {kind}.")));
    }
    let customer = customer_of(turn, &session, payer);
    let method = payment_method::make(turn, kind, payer, customer.as_deref());
    if number(&session, "amount_total") == 0 {
        complete_paid(turn, &session, payer, None, &method, None);
        return Ok(Outcome::Complete);
    }
    let intent = intent_of(turn, &session, payer, customer.as_deref());
    let attempt = Attempt {
        intent: &intent,
        method: &method,
        at: turn.moment_of(&session),
        authenticated: false,
    };
    match (with, later) {
        (PayWith::Declined(_), Some(why)) => {
            charge::decline(turn, &attempt, why);
            Ok(Outcome::Declined(why.message.to_owned()))
        }
        (PayWith::CardWithAuthentication, _) => {
            let page = format!("{}/stripe/c/pay/{id}/authenticate", turn.base_url);
            let back = format!("{}/stripe/c/pay/{id}", turn.base_url);
            charge::ask_authentication(turn, &intent, &method, &page, &back);
            let challenge = Challenge {
                payer: payer.clone(),
                method: text(&method, "id").to_owned(),
            };
            remember(turn, id, |checkout| checkout.challenge = Some(challenge));
            Ok(Outcome::Authenticate)
        }
        (PayWith::Delayed { succeeds }, _) => {
            let will_succeed = *succeeds;
            remember(turn, id, |checkout| checkout.will_succeed = will_succeed);
            charge::process(turn, &attempt);
            complete_unpaid(turn, &session, payer, &intent);
            Ok(Outcome::Complete)
        }
        (_, later) => {
            finish(turn, &session, payer, &attempt, later.map(|why| why.name));
            Ok(Outcome::Complete)
        }
    }
}

/// The end of 3-D Secure.
pub(crate) fn authenticate(turn: &mut Turn<'_>, id: &str, succeeds: bool) -> Result<Outcome, StripeError> {
    let session = open_session(turn, id)?;
    let waiting = turn.world.stripe.checkouts.get(id);
    let found = waiting.and_then(|checkout| Some((checkout.challenge.clone()?, checkout.intent.clone()?)));
    let (challenge, intent) = found.ok_or_else(|| StripeError::invalid("No payment waits for authentication here."))?;
    remember(turn, id, |checkout| checkout.challenge = None);
    if !succeeds {
        charge::refuse_authentication(turn, &intent, NOT_AUTHENTICATED);
        return Ok(Outcome::Declined(NOT_AUTHENTICATED.message.to_owned()));
    }
    let method = turn.object(Kind::PaymentMethod, &challenge.method);
    let attempt = Attempt {
        intent: &intent,
        method: &method,
        at: turn.moment_of(&session),
        authenticated: true,
    };
    finish(turn, &session, &challenge.payer, &attempt, None);
    Ok(Outcome::Complete)
}

/// The payment goes through: at once for a payment, with its subscription and first invoice otherwise.
fn finish(turn: &mut Turn<'_>, session: &Value, payer: &Payer, attempt: &Attempt<'_>, later: Option<&'static str>) {
    if text(session, "mode") == "payment" {
        charge::succeed(turn, attempt);
    }
    complete_paid(turn, session, payer, Some(attempt), attempt.method, later);
}

impl Turn<'_> {
    /// The moment that counts for a session's payments: Stripe's clock for subscriptions, the sandbox's otherwise.
    pub(crate) fn moment_of(&self, session: &Value) -> i64 {
        if text(session, "mode") == "subscription" {
            self.moment
        } else {
            self.seconds()
        }
    }
}

fn open_session(turn: &Turn<'_>, id: &str) -> Result<Value, StripeError> {
    let session = turn.find(Kind::Session, id)?;
    match text(&session, "status") {
        "open" => Ok(session),
        status => Err(StripeError::invalid(format!("This session is {status}."))),
    }
}

fn remember(turn: &mut Turn<'_>, id: &str, change: impl FnOnce(&mut Checkout)) {
    if let Some(checkout) = turn.state().checkouts.get_mut(id) {
        change(checkout);
    }
}

/// The session's customer; a new one where the session makes one.
fn customer_of(turn: &mut Turn<'_>, session: &Value, payer: &Payer) -> Option<String> {
    if let Some(id) = session["customer"].as_str() {
        return Some(id.to_owned());
    }
    if text(session, "mode") == "payment" && text(session, "customer_creation") != "always" {
        return None;
    }
    let customer = customers::make(turn, json!({ "email": payer.email, "name": payer.name }));
    let id = text(&customer, "id").to_owned();
    turn.set(Kind::Session, text(session, "id"), json!({ "customer": id }));
    Some(id)
}

/// The session's payment intent, of this attempt and of all others.
fn intent_of(turn: &mut Turn<'_>, session: &Value, payer: &Payer, customer: Option<&str>) -> String {
    let id = text(session, "id");
    let checkout = turn.world.stripe.checkouts.get(id).cloned().unwrap_or_default();
    let total = session["amount_total"].clone();
    if let Some(intent) = checkout.intent {
        // A promotion code may have come between two attempts.
        turn.set(Kind::PaymentIntent, &intent, json!({ "amount": total }));
        return intent;
    }
    let mut fields = checkout.intent_data;
    if !fields.is_object() {
        fields = json!({ "metadata": {} });
    }
    fields["amount"] = total;
    fields["currency"] = session["currency"].clone();
    fields["customer"] = json!(customer);
    fields["payment_method_types"] = session["payment_method_types"].clone();
    if fields["receipt_email"].is_null() && customer.is_none() {
        fields["receipt_email"] = json!(payer.email);
    }
    let at = turn.moment_of(session);
    let intent = create_payment_intent::make(turn, at, fields);
    let intent = text(&intent, "id").to_owned();
    remember(turn, id, |checkout| checkout.intent = Some(intent.clone()));
    if text(session, "mode") == "payment" {
        turn.set(Kind::Session, id, json!({ "payment_intent": intent }));
    }
    intent
}
