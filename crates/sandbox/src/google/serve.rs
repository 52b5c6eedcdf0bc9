//! The door of the stand-in Google: takes a request apart, lets faults act, runs the operation under the lock, and
//! writes the ledger.

use axum::{
    body::Bytes,
    extract::{ConnectInfo, State},
    response::Response,
};
use http::{HeaderMap, Method, Uri, header};
use jiff::{SignedDuration, Timestamp};

use super::{
    answer::Answer,
    calendar,
    errors::{ApiError, OAuthError},
    oauth,
    operation::Operation,
    request::{Incoming, Params},
    turn::Turn,
};
use crate::{
    connection::Wire,
    deliver_answer::deliver,
    faults::{FaultKind, Place},
    ledger::LedgerRow,
    world::{Shared, World},
};

/// Every request to Google comes through here.
pub(crate) async fn serve_google(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = Params::parse(uri.query().unwrap_or_default().as_bytes());
    let incoming = Incoming {
        method,
        path: uri.path().to_owned(),
        query,
        headers,
        body,
    };
    let operation = Operation::of(&incoming);
    let (answer, fault) = engine.change(|world| run_recorded(&engine, world, &operation, &incoming));
    deliver(&engine, &wire, answer, fault).await
}

/// Runs the operation unless a fault stands before it, and records the request.
fn run_recorded(
    engine: &Shared,
    world: &mut World,
    operation: &Operation,
    incoming: &Incoming,
) -> (Option<Answer>, Option<FaultKind>) {
    let now = engine.options.clock.now();
    let account = account_of(world, operation, incoming);
    let calendar = operation.calendar().map(|id| {
        if id == "primary" {
            account.clone()
        } else {
            Some(id.to_owned())
        }
    });
    let calendar = calendar.flatten();
    let fault = if world.plugged {
        let (account, calendar) = (account.as_deref(), calendar.as_deref());
        world.faults.take(
            Place::Wire,
            operation.name(),
            account,
            calendar,
            &engine.options.entropy,
        )
    } else {
        Some(FaultKind::Unplugged)
    };
    let answer = match &fault {
        Some(FaultKind::Unplugged | FaultKind::TimeoutBefore) => None,
        Some(FaultKind::Status {
            status,
            reason,
            retry_after,
        }) => {
            let after = retry_after.map(|seconds| seconds.to_string());
            Some(refuse(operation, *status, reason.as_deref(), after))
        }
        Some(FaultKind::RetryAfterDate { status, seconds }) => {
            let until = now.saturating_add(SignedDuration::from_secs(i64::from(*seconds)));
            Some(refuse(operation, *status, None, until.ok().map(http_date)))
        }
        Some(FaultKind::InvalidGrant) => Some(OAuthError::revoked_grant().into()),
        _ => {
            let mut turn = Turn {
                world,
                now,
                entropy: &engine.options.entropy,
                options: &engine.options,
                base_url: &engine.base_url,
                method: operation.name(),
            };
            Some(if operation.is_calendar_api() {
                calendar::run(&mut turn, operation, incoming)
            } else {
                oauth::run(&mut turn, operation, incoming, &engine.pages)
            })
        }
    };
    let json = incoming.json().unwrap_or_default();
    let text = |pointer: &str| {
        json.pointer(pointer)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    let answered = !matches!(fault, Some(FaultKind::TimeoutAfter | FaultKind::LostAnswer { .. }));
    world.ledger.record(LedgerRow {
        seq: 0,
        at: now,
        account,
        method: operation.name().to_owned(),
        verb: incoming.method.to_string(),
        path: incoming.path.clone(),
        calendar,
        event: operation.event().map(str::to_owned).or_else(|| text("/id")),
        request_id: text("/conferenceData/createRequest/requestId"),
        send_updates: incoming.query.get("sendUpdates").map(str::to_owned),
        status: answer.as_ref().filter(|_| answered).map(|answer| answer.status),
        fault: fault.as_ref().map(|fault| fault.name().to_owned()),
        effect: answer.as_ref().is_some_and(|answer| answer.effect),
    });
    (answer, fault)
}

fn account_of(world: &World, operation: &Operation, incoming: &Incoming) -> Option<String> {
    let form = incoming.form();
    match operation {
        Operation::DecideConsent => form.get("account").map(str::to_owned),
        Operation::ExchangeCode => world.grants.account_of_code(form.get("code")?),
        Operation::RefreshToken => world.grants.account_of_token(form.get("refresh_token")?),
        Operation::Revoke => world
            .grants
            .account_of_token(form.get("token").or(incoming.query.get("token"))?),
        _ => world.grants.account_of_token(incoming.bearer()?),
    }
}

/// RFC 9110 section 5.6.7.
pub(crate) fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn refuse(operation: &Operation, status: u16, reason: Option<&str>, retry_after: Option<String>) -> Answer {
    let answer: Answer = if operation.is_calendar_api() {
        ApiError::of_fault(status, reason).into()
    } else {
        OAuthError::of_fault(status, reason).into()
    };
    match retry_after {
        Some(after) => answer.with_header(header::RETRY_AFTER, after),
        None => answer,
    }
}
