//! The hosted payment page and its 3-D Secure page: plain forms that work without scripts. Which card is used is
//! chosen by what it will do.

mod serve_page;
mod show_payment;

use axum::{
    Form,
    extract::{ConnectInfo, Path, State},
    response::Response,
};
use http::Method;
use serde::Deserialize;

use self::{
    serve_page::serve,
    show_payment::{PaymentForm, after_payment, page},
};
use super::{
    api::errors::StripeError,
    checkout::{
        pay::{Outcome, PayWith, authenticate as end_challenge, pay},
        promotion::type_code,
    },
    money::shown,
    objects::{Kind, number, text},
    payments::payment_method::Payer,
    turn::Turn,
};
use crate::{
    answer::Answer,
    connection::Wire,
    world::{Engine, Shared},
};

/// What the form of the 3-D Secure page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuthenticationForm {
    action: String,
}

pub(crate) async fn show_payment(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
) -> Response {
    serve(&engine, &wire, &Method::GET, &id, |turn, engine| {
        page(turn, engine, &id, None, None)
    })
    .await
}

/// The form of the page: a promotion code, or the payment.
pub(crate) async fn act(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    Form(form): Form<PaymentForm>,
) -> Response {
    serve(&engine, &wire, &Method::POST, &id, |turn, engine| {
        let outcome = if form.action == "promotion" {
            type_code(turn, &id, &form.promotion_code).map(|()| None)
        } else {
            read_choice(&form).and_then(|with| {
                let payer = Payer {
                    email: form.email.trim().to_owned(),
                    name: Some(form.name.trim().to_owned()).filter(|name| !name.is_empty()),
                };
                pay(turn, &id, &payer, &with).map(Some)
            })
        };
        match outcome {
            Ok(Some(outcome)) => follow(turn, engine, &id, outcome, Some(&form)).with_effect(),
            Ok(None) => page(turn, engine, &id, Some(&form), None),
            Err(error) => page(turn, engine, &id, Some(&form), Some(error.message)),
        }
    })
    .await
}

pub(crate) async fn show_authentication(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
) -> Response {
    serve(&engine, &wire, &Method::GET, &id, |turn, engine| {
        let waiting = turn.world.stripe.checkouts.get(&id);
        if waiting.is_none_or(|checkout| checkout.challenge.is_none()) {
            return Answer::redirect(page_address(turn, &id));
        }
        let session = turn.object(Kind::Session, &id);
        let amount = shown(number(&session, "amount_total"), text(&session, "currency"));
        let content = serde_json::json!({ "id": id, "amount": amount });
        Answer::html(200, engine.pages.render("authenticate.html", content))
    })
    .await
}

pub(crate) async fn authenticate(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    Path(id): Path<String>,
    Form(form): Form<AuthenticationForm>,
) -> Response {
    serve(&engine, &wire, &Method::POST, &id, |turn, engine| {
        match end_challenge(turn, &id, form.action == "complete") {
            Ok(outcome) => follow(turn, engine, &id, outcome, None).with_effect(),
            Err(error) => page(turn, engine, &id, None, Some(error.message)),
        }
    })
    .await
}

fn page_address(turn: &Turn<'_>, id: &str) -> String {
    format!("{}/stripe/c/pay/{id}", turn.base_url)
}

/// Where an attempt leads: to the merchant, to 3-D Secure, or back to the page with the bank's words.
fn follow(turn: &Turn<'_>, engine: &Engine, id: &str, outcome: Outcome, form: Option<&PaymentForm>) -> Answer {
    match outcome {
        Outcome::Complete => {
            let session = turn.object(Kind::Session, id);
            Answer::redirect(after_payment(&session, id))
        }
        Outcome::Authenticate => Answer::redirect(format!("{}/authenticate", page_address(turn, id))),
        Outcome::Declined(message) => page(turn, engine, id, form, Some(message)),
    }
}

fn read_choice(form: &PaymentForm) -> Result<PayWith, StripeError> {
    let reason = if form.decline.is_empty() {
        "generic_decline"
    } else {
        &form.decline
    };
    match form.with.as_str() {
        "" | "card" => Ok(PayWith::Card),
        "card_with_authentication" => Ok(PayWith::CardWithAuthentication),
        "declined" => Ok(PayWith::Declined(reason.to_owned())),
        "card_that_fails_later" => Ok(PayWith::CardThatFailsLater(reason.to_owned())),
        "delayed_succeeds" => Ok(PayWith::Delayed { succeeds: true }),
        "delayed_fails" => Ok(PayWith::Delayed { succeeds: false }),
        _ => Err(StripeError::invalid("Choose how to pay.")),
    }
}
