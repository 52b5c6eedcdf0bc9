//! What the payment page shows: the order, who pays, the ways to pay.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    answer::Answer,
    stripe::{
        money::shown,
        objects::{Kind, number, text},
        payments::declines::{DECLINES, Decline},
        turn::Turn,
    },
    world::Engine,
};

/// What stands in `success_url` for the session's id.
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
    pub action: String,
    pub email: String,
    pub name: String,
    pub with: String,
    pub decline: String,
    pub promotion_code: String,
}

/// Where a payer goes on after the payment.
pub(super) fn after_payment(session: &Value, id: &str) -> String {
    text(session, "success_url").replace(PLACEHOLDER, id)
}

/// The page as it stands; with the message, why it is shown again.
pub(super) fn page(
    turn: &Turn<'_>,
    engine: &Engine,
    id: &str,
    form: Option<&PaymentForm>,
    message: Option<String>,
) -> Answer {
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
        on: after_payment(session, id),
    }
}
