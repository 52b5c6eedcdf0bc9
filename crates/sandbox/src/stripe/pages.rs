//! The hosted payment page and its 3-D Secure page: plain forms that work without scripts. Which card is used is
//! chosen by what it will do.

use axum::{
    Form,
    extract::{ConnectInfo, Path, State},
    response::Response,
};
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    api::errors::StripeError,
    checkout::{
        pay::{Outcome, PayWith, authenticate as end_challenge, pay},
        promotion::type_code,
    },
    due::run_due,
    money::shown,
    objects::{Kind, number, text},
    payments::{
        declines::{DECLINES, Decline},
        payment_method::Payer,
    },
    turn::Turn,
};
use crate::{
    answer::Answer,
    connection::Wire,
    deliver_answer::deliver,
    faults::{FaultKind, Place},
    ledger::LedgerRow,
    world::{Engine, Shared},
};

/// What stands in the placeholder of `success_url`.
const PLACEHOLDER: &str = "{CHECKOUT_SESSION_ID}";

#[derive(Serialize)]
struct Line {
    name: String,
    quantity: i64,
    amount: String,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what the page shows or leaves out, each by itself"
)]
struct PaymentPage {
    id: String,
    status: String,
    message: Option<String>,
    lines: Vec<Line>,
    discount: Option<String>,
    total: String,
    every: Option<String>,
    free: bool,
    codes: bool,
    code: String,
    email: String,
    email_fixed: bool,
    name: String,
    with: String,
    decline: String,
    declines: Vec<(&'static str, &'static str)>,
    subscription: bool,
    delayed: bool,
    back: Option<String>,
    on: String,
}

/// What the forms of the page send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PaymentForm {
    action: String,
    email: String,
    name: String,
    with: String,
    decline: String,
    promotion_code: String,
}

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

/// Runs one request to the page: what is due first, faults around it, a row in the ledger.
async fn serve(
    engine: &Shared,
    wire: &Wire,
    verb: &Method,
    id: &str,
    work: impl FnOnce(&mut Turn<'_>, &Engine) -> Answer,
) -> Response {
    let (answer, fault) = engine.change(|world| {
        let fault = if world.stripe.unplugged {
            Some(FaultKind::Unplugged)
        } else {
            let entropy = &engine.options.entropy;
            world.faults.take_for_stripe(Place::Wire, "stripe.page", None, entropy)
        };
        let answer = match &fault {
            Some(FaultKind::Unplugged | FaultKind::TimeoutBefore) => None,
            Some(FaultKind::Status { status, .. } | FaultKind::RetryAfterDate { status, .. }) => {
                let error = StripeError::of_fault(*status, None);
                let content = serde_json::json!({ "status": status, "error": error.kind, "message": error.message });
                Some(Answer::html(*status, engine.pages.render("refused.html", content)))
            }
            _ => {
                let mut turn = Turn::new(engine, world);
                run_due(&mut turn);
                Some(work(&mut turn, engine))
            }
        };
        world.ledger.record(LedgerRow {
            seq: 0,
            at: engine.options.clock.now(),
            account: None,
            method: "stripe.page".to_owned(),
            verb: verb.to_string(),
            path: format!("/stripe/c/pay/{id}"),
            calendar: None,
            event: Some(id.to_owned()),
            request_id: None,
            send_updates: None,
            status: answer.as_ref().map(|answer| answer.status),
            fault: fault.as_ref().map(|fault| fault.name().to_owned()),
            effect: answer.as_ref().is_some_and(|answer| answer.effect),
        });
        (answer, fault)
    });
    deliver(engine, wire, answer, fault).await
}

fn page_address(turn: &Turn<'_>, id: &str) -> String {
    format!("{}/stripe/c/pay/{id}", turn.base_url)
}

/// Where an attempt leads: to the merchant, to 3-D Secure, or back to the page with the bank's words.
fn follow(turn: &Turn<'_>, engine: &Engine, id: &str, outcome: Outcome, form: Option<&PaymentForm>) -> Answer {
    match outcome {
        Outcome::Complete => {
            let session = turn.object(Kind::Session, id);
            Answer::redirect(text(&session, "success_url").replace(PLACEHOLDER, id))
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

fn page(turn: &Turn<'_>, engine: &Engine, id: &str, form: Option<&PaymentForm>, message: Option<String>) -> Answer {
    let Ok(session) = turn.find(Kind::Session, id) else {
        return Answer::html(404, engine.pages.render("missing.html", ()));
    };
    let status = if message.is_some() { 402 } else { 200 };
    let content = describe(turn, id, &session, form, message);
    Answer::html(status, engine.pages.render("pay.html", content))
}

fn describe(
    turn: &Turn<'_>,
    id: &str,
    session: &Value,
    form: Option<&PaymentForm>,
    message: Option<String>,
) -> PaymentPage {
    let currency = text(session, "currency");
    let checkout = turn.world.stripe.checkouts.get(id).cloned().unwrap_or_default();
    let customer = turn.object(Kind::Customer, text(session, "customer"));
    let fixed = [text(session, "customer_email"), text(&customer, "email")]
        .into_iter()
        .find(|email| !email.is_empty());
    let lines = checkout.line_items.iter().map(|line| Line {
        name: text(line, "description").to_owned(),
        quantity: number(line, "quantity"),
        amount: shown(number(line, "amount_subtotal"), currency),
    });
    let recurring = checkout
        .line_items
        .iter()
        .map(|line| &line["price"]["recurring"])
        .find(|rhythm| rhythm.is_object());
    let promotion = checkout.discount.and_then(|discount| discount.promotion_code);
    let typed = promotion.map(|code| text(&turn.object(Kind::PromotionCode, &code), "code").to_owned());
    let off = number(&session["total_details"], "amount_discount");
    let total = number(session, "amount_total");
    let methods = session["payment_method_types"].as_array();
    let form = form.cloned().unwrap_or_default();
    let success = text(session, "success_url").replace(PLACEHOLDER, id);
    PaymentPage {
        id: id.to_owned(),
        status: text(session, "status").to_owned(),
        message,
        lines: lines.collect(),
        discount: (off > 0).then(|| shown(off, currency)),
        total: shown(total, currency),
        every: recurring.map(|rhythm| match number(rhythm, "interval_count") {
            1 => format!("every {}", text(rhythm, "interval")),
            count => format!("every {count} {}s", text(rhythm, "interval")),
        }),
        free: total == 0 && text(session, "mode") == "payment",
        codes: session["allow_promotion_codes"] == true,
        code: typed.unwrap_or(form.promotion_code),
        email: fixed.map_or(form.email, str::to_owned),
        email_fixed: fixed.is_some(),
        name: if form.name.is_empty() {
            text(&customer, "name").to_owned()
        } else {
            form.name
        },
        with: if form.with.is_empty() {
            "card".to_owned()
        } else {
            form.with
        },
        decline: form.decline,
        declines: DECLINES
            .iter()
            .map(|Decline { name, message, .. }| (*name, *message))
            .collect(),
        subscription: text(session, "mode") == "subscription",
        delayed: methods
            .into_iter()
            .flatten()
            .any(|kind| kind != "card" && kind != "link"),
        back: session["cancel_url"].as_str().map(str::to_owned),
        on: success,
    }
}
