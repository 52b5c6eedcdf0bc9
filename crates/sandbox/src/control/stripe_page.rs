//! The control page of the stand-in Stripe: plug, faults, clock, payments on their way, subscriptions, refunds and
//! messages, by plain forms.

use std::time::Duration;

use axum::{
    Form,
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Control, ControlError, stripe::StripeSummary};
use crate::{
    faults::{ActiveFault, FaultKind, FaultMatch, FaultRule, STRIPE_METHODS},
    ledger::LedgerRow,
    stripe::{
        money::shown,
        objects::{number, text},
        webhooks::{ReleaseOrder, StripeDelivery},
    },
    world::Shared,
};

const ROWS_SHOWN: usize = 50;

/// Faults offered on the page: the value in the form, and the words for it.
const OFFERED: [(&str, &str); 13] = [
    ("status_401", "401 Invalid key"),
    ("status_409", "409 Conflict"),
    ("status_429", "429 Too many requests"),
    ("status_500", "500 Error, kept with the idempotency key"),
    ("status_503", "503 Unavailable"),
    ("timeout_before", "Timeout, nothing done"),
    ("timeout_after", "Timeout, but it was done"),
    ("reset_after", "Done, but the answer breaks off"),
    ("truncated_json", "Done, but half the JSON"),
    ("slow_work", "Three seconds of work"),
    ("drop_notifications", "Webhooks lost"),
    ("duplicate_notifications", "Webhooks doubled"),
    ("reorder_notifications", "Webhooks out of order"),
];

#[derive(Serialize)]
struct Row {
    id: String,
    status: String,
    amount: String,
    text: String,
}

#[derive(Serialize)]
struct StripePage {
    message: Option<String>,
    summary: StripeSummary,
    offered: &'static [(&'static str, &'static str)],
    methods: &'static [&'static str],
    faults: Vec<ActiveFault>,
    sessions: Vec<Row>,
    unsettled: Vec<Row>,
    refunds: Vec<Row>,
    subscriptions: Vec<Row>,
    disputes: Vec<Row>,
    events: Vec<Row>,
    deliveries: Vec<StripeDelivery>,
    rows: Vec<LedgerRow>,
}

/// What a form of the page asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    action: String,
    id: String,
    fault: String,
    method: String,
    times: String,
    days: String,
}

pub(crate) async fn show_control(State(engine): State<Shared>) -> Html<String> {
    Html(page(&engine, None))
}

/// Does what the form asks, then shows the page again by a redirect, so that a reload repeats nothing.
pub(crate) async fn act(State(engine): State<Shared>, Form(form): Form<Act>) -> Response {
    match perform(&Control::from(&engine), &form) {
        Ok(()) => Redirect::to("/control/stripe").into_response(),
        Err(message) => (StatusCode::BAD_REQUEST, Html(page(&engine, Some(message)))).into_response(),
    }
}

fn perform(control: &Control, form: &Act) -> Result<(), String> {
    let id = form.id.as_str();
    let result = match form.action.as_str() {
        "unplug" => {
            control.unplug_stripe();
            Ok(())
        }
        "plug" => {
            control.plug_stripe();
            Ok(())
        }
        "advance" => {
            let days: u64 = form
                .days
                .trim()
                .parse()
                .map_err(|_| "Give a whole number of days.".to_owned())?;
            control.advance_stripe_clock(Duration::from_hours(days.min(3_650) * 24));
            Ok(())
        }
        "hold" => {
            control.hold_stripe_webhooks();
            Ok(())
        }
        "release" | "release-reversed" | "release-shuffled" => {
            control.release_stripe_webhooks(match form.action.as_str() {
                "release" => ReleaseOrder::InOrder,
                "release-reversed" => ReleaseOrder::Reversed,
                _ => ReleaseOrder::Shuffled,
            });
            Ok(())
        }
        "refunds-wait" | "refunds-at-once" => {
            control.make_refunds_wait(form.action == "refunds-wait");
            Ok(())
        }
        "settle" => control.settle_session(id, true),
        "fail" => control.settle_session(id, false),
        "expire" => control.expire_session(id),
        "settle-refund" => control.settle_refund(id),
        "fail-refund" => control.fail_refund(id, "expired_or_canceled_card"),
        "decline-card" => control.decline_subscription(id, Some("insufficient_funds")),
        "accept-card" => control.decline_subscription(id, None),
        "dispute" => control.raise_dispute(id, "fraudulent", None).map(drop),
        "dispute-won" => control.decide_dispute(id, true).map(drop),
        "dispute-lost" => control.decide_dispute(id, false).map(drop),
        "resend" => control.resend_stripe_event(id).map(drop),
        "add-fault" => control.add_fault(read_fault(form)?).map(drop),
        "remove-fault" => {
            let number = id
                .parse()
                .map_err(|_| "Give the number of the fault to remove.".to_owned())?;
            control.remove_fault(number)
        }
        other => return Err(format!("There is no action \"{other}\" on this page.")),
    };
    result.map_err(|error: ControlError| error.to_string())
}

fn read_fault(form: &Act) -> Result<FaultRule, String> {
    let unknown = || "Choose a fault from the list.".to_owned();
    let fault = match (form.fault.strip_prefix("status_"), form.fault.as_str()) {
        (Some(status), _) => FaultKind::Status {
            status: status.parse().map_err(|_| unknown())?,
            reason: None,
            retry_after: None,
        },
        (None, "slow_work") => FaultKind::SlowWork { ms: 3_000 },
        (None, kind) => serde_json::from_value(serde_json::json!({ "kind": kind })).map_err(|_| unknown())?,
    };
    let times = match form.times.trim() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| "Times must be a whole number, or empty for always.".to_owned())?,
        ),
    };
    let method = if form.method.is_empty() { "stripe" } else { &form.method };
    Ok(FaultRule {
        matching: FaultMatch {
            method: Some(method.to_owned()),
            ..FaultMatch::default()
        },
        fault,
        times,
        probability: None,
    })
}

fn page(engine: &Shared, message: Option<String>) -> String {
    let control = Control::from(engine);
    let row = |value: &Value, words: String| Row {
        id: text(value, "id").to_owned(),
        status: text(value, "status").to_owned(),
        amount: match value
            .get("amount_total")
            .or_else(|| value.get("amount"))
            .and_then(Value::as_i64)
        {
            Some(amount) => shown(amount, text(value, "currency")),
            None => String::new(),
        },
        text: words,
    };
    let newest = |object: &str, words: &dyn Fn(&Value) -> String| -> Vec<Row> {
        let all = control.stripe_objects(object);
        all.iter()
            .rev()
            .take(ROWS_SHOWN)
            .map(|value| row(value, words(value)))
            .collect()
    };
    let field = |name: &'static str| move |value: &Value| text(value, name).to_owned();
    let faults = control.faults().into_iter();
    let of_stripe = |fault: &ActiveFault| {
        let method = fault.rule.matching.method.as_deref();
        method.is_some_and(|method| method.starts_with("stripe"))
    };
    let mut deliveries = control.stripe_deliveries();
    deliveries.reverse();
    deliveries.truncate(ROWS_SHOWN);
    let mut rows: Vec<_> = {
        let world = engine.read();
        let rows = world.ledger.newest();
        rows.filter(|row| row.method.starts_with("stripe"))
            .take(ROWS_SHOWN)
            .cloned()
            .collect()
    };
    rows.truncate(ROWS_SHOWN);
    let until = |value: &Value| {
        let end = number(&value["items"]["data"][0], "current_period_end");
        jiff::Timestamp::from_second(end)
            .map(|end| format!("until {end}"))
            .unwrap_or_default()
    };
    let content = StripePage {
        message,
        summary: control.stripe_summary(),
        offered: &OFFERED,
        methods: &STRIPE_METHODS,
        faults: faults.filter(of_stripe).collect(),
        sessions: newest("checkout.session", &field("payment_status")),
        unsettled: control
            .unsettled_sessions()
            .iter()
            .map(|session| row(session, String::new()))
            .collect(),
        refunds: newest("refund", &field("charge")),
        subscriptions: newest("subscription", &until),
        disputes: newest("dispute", &field("reason")),
        events: newest("event", &field("type")),
        deliveries,
        rows,
    };
    engine.pages.render("control_stripe.html", content)
}
