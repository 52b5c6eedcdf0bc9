//! The control page: the plug, the faults, the people and the newest ledger rows, all by plain forms.

use axum::{
    Form,
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    Control,
    summary::{AccountView, Summary},
};
use crate::{
    faults::{FaultKind, FaultMatch, FaultRule, METHODS},
    ledger::{LedgerQuery, LedgerRow},
    world::Shared,
};

const ROWS_SHOWN: usize = 50;

/// Faults offered on the page: the value in the form, and the words for it.
const OFFERED: [(&str, &str); 22] = [
    ("status_401", "401 Invalid credentials"),
    ("status_403", "403 Rate limit exceeded"),
    ("status_404", "404 Not found"),
    ("status_410", "410 Full sync required"),
    ("status_412", "412 Precondition failed"),
    ("status_429", "429 Too many requests, retry after 5 s"),
    ("status_500", "500 Backend error"),
    ("status_503", "503 Unavailable"),
    ("timeout_before", "Timeout, nothing done"),
    ("timeout_after", "Timeout, but it was done"),
    ("reset_after", "Done, but the answer breaks off"),
    ("truncated_json", "Done, but half the JSON"),
    ("conference_pending_forever", "Meet link stays pending"),
    ("conference_failure", "Meet link fails"),
    ("undetected_collision", "Second event under one id"),
    ("invalid_grant", "Access revoked (invalid_grant)"),
    ("drop_notifications", "Push messages lost"),
    ("duplicate_notifications", "Push messages doubled"),
    ("reorder_notifications", "Push messages out of order"),
    ("smtp_550", "Mail: recipient refused"),
    ("smtp_451_then_ok", "Mail: try again later"),
    ("smtp_down", "Mail: server down"),
];

#[derive(Serialize)]
struct FaultLine {
    id: u64,
    kind: &'static str,
    method: String,
    account: String,
    remaining: Option<u32>,
    hits: u64,
}

#[derive(Serialize)]
struct ControlPage {
    plugged: bool,
    message: Option<String>,
    offered: &'static [(&'static str, &'static str)],
    methods: &'static [&'static str],
    faults: Vec<FaultLine>,
    accounts: Vec<AccountView>,
    summary: Summary,
    rows: Vec<LedgerRow>,
}

/// What a form of the page asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Act {
    action: String,
    fault: String,
    method: String,
    account: String,
    times: String,
    id: String,
}

pub(crate) async fn show_control(State(engine): State<Shared>) -> Html<String> {
    Html(page(&engine, None))
}

fn page(engine: &Shared, message: Option<String>) -> String {
    let control = Control::from(engine);
    let mut rows = control.ledger(&LedgerQuery {
        limit: Some(ROWS_SHOWN),
        ..LedgerQuery::default()
    });
    rows.reverse();
    let faults = control
        .faults()
        .into_iter()
        .map(|fault| FaultLine {
            id: fault.id,
            kind: fault.rule.fault.name(),
            method: fault.rule.matching.method.unwrap_or_else(|| "any".to_owned()),
            account: fault.rule.matching.account.unwrap_or_else(|| "anyone".to_owned()),
            remaining: fault.rule.times,
            hits: fault.hits,
        })
        .collect();
    let page = ControlPage {
        plugged: control.is_plugged(),
        message,
        offered: &OFFERED,
        methods: &METHODS,
        faults,
        accounts: control.account_views(),
        summary: control.summary(),
        rows,
    };
    engine.pages.render("control.html", page)
}

/// Does what the form asks, then shows the page again by a redirect, so that a reload repeats nothing.
pub(crate) async fn act(State(engine): State<Shared>, Form(form): Form<Act>) -> Response {
    match perform(&Control::from(&engine), &form) {
        Ok(()) => Redirect::to("/control").into_response(),
        Err(message) => (StatusCode::BAD_REQUEST, Html(page(&engine, Some(message)))).into_response(),
    }
}

fn perform(control: &Control, form: &Act) -> Result<(), String> {
    let account = Some(form.account.as_str()).filter(|account| !account.is_empty());
    match form.action.as_str() {
        "unplug" => control.unplug(),
        "plug" => control.plug(),
        "reset" => control.reset(),
        "clear-faults" => control.clear_faults(),
        "clear-ledger" => control.clear_ledger(),
        "clear-mails" => control.clear_mails(),
        "expire-access-tokens" => {
            control.expire_access_tokens(account);
        }
        "revoke-grant" => {
            control.revoke_grant(account);
        }
        "expire-sync-tokens" => {
            control.expire_sync_tokens(None);
        }
        "remove-fault" => {
            let id = form
                .id
                .parse()
                .map_err(|_| "Give the number of the fault to remove.".to_owned())?;
            control.remove_fault(id).map_err(|error| error.to_string())?;
        }
        "add-fault" => {
            control
                .add_fault(read_fault(form)?)
                .map_err(|error| error.to_string())?;
        }
        other => return Err(format!("There is no action \"{other}\" on this page.")),
    }
    Ok(())
}

fn read_fault(form: &Act) -> Result<FaultRule, String> {
    let fault = match form.fault.strip_prefix("status_") {
        Some(status) => {
            let status = status.parse().map_err(|_| "Choose a fault from the list.".to_owned())?;
            FaultKind::Status {
                status,
                reason: None,
                retry_after: (status == 429).then_some(5),
            }
        }
        None => serde_json::from_value(serde_json::json!({ "kind": form.fault }))
            .map_err(|_| "Choose a fault from the list.".to_owned())?,
    };
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let times = match form.times.trim() {
        "" => None,
        text => Some(
            text.parse()
                .map_err(|_| "Times must be a whole number, or empty for always.".to_owned())?,
        ),
    };
    let matching = FaultMatch {
        method: given(&form.method).filter(|method| method != "any"),
        account: given(&form.account),
        ..FaultMatch::default()
    };
    Ok(FaultRule {
        matching,
        fault,
        times,
        probability: None,
    })
}
