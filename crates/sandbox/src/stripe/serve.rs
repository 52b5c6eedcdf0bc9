//! The door of the stand-in Stripe's API: takes a request apart, lets faults act, checks key and idempotency, runs the
//! operation under the lock, and writes the ledger.

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{ConnectInfo, State},
    response::Response,
};
use http::{HeaderMap, HeaderName, Method, Uri, header};
use jiff::SignedDuration;

use super::{
    api::{
        answer::{answer, answer_error},
        check_key::check_key,
        errors::StripeError,
        idempotency::{Kept, Verdict},
        request::Incoming,
        run::run,
    },
    due::run_due,
    ids::new_id,
    operation::Operation,
    turn::Turn,
};
use crate::{
    answer::Answer,
    connection::Wire,
    deliver_answer::deliver,
    faults::{FaultKind, Place},
    google::serve::http_date,
    ledger::LedgerRow,
    world::{Shared, World},
};

/// What a request has found out about itself before its work begins.
struct Begun {
    operation: Operation,
    incoming: Incoming,
    request_id: String,
    fault: Option<FaultKind>,
}

/// Every request to Stripe's API comes through here.
pub(crate) async fn serve_stripe(
    State(engine): State<Shared>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let incoming = Incoming {
        method,
        path: uri.path().trim_start_matches("/stripe").to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
    };
    let operation = Operation::of(&incoming.method, &incoming.path);
    let request_id = new_id(&engine.options.entropy, "req_", 14);
    let fault = {
        let mut world = engine.read();
        if world.stripe.unplugged {
            Some(FaultKind::Unplugged)
        } else {
            let entropy = &engine.options.entropy;
            world
                .faults
                .take_for_stripe(Place::Wire, &operation.name(), None, entropy)
        }
    };
    let begun = Begun {
        operation,
        incoming,
        request_id,
        fault,
    };
    if let Some(FaultKind::SlowWork { ms }) = begun.fault {
        let refused = engine.change(|world| begin_slowly(&engine, world, &begun));
        if refused.is_none() {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            engine.change(|world| {
                if let Some(key) = begun.incoming.idempotency_key() {
                    world.stripe.idempotency.end(key);
                }
            });
        } else {
            return deliver(&engine, &wire, refused, None).await;
        }
    }
    let answer = engine.change(|world| run_recorded(&engine, world, &begun));
    deliver(&engine, &wire, answer, begun.fault).await
}

/// Marks the key of a request whose work takes a while; an answer where the key refuses it.
fn begin_slowly(engine: &Shared, world: &mut World, begun: &Begun) -> Option<Answer> {
    let key = begun.incoming.idempotency_key()?.to_owned();
    let parameters = begun.incoming.params().canonical();
    let now = engine.options.clock.now().as_second();
    let book = &mut world.stripe.idempotency;
    match book.check(&key, &begun.incoming.path, &parameters, now) {
        Ok(_) => {
            book.begin(&key);
            None
        }
        Err(error) => {
            let answer = answer_error(&error, &begun.incoming, &begun.request_id);
            record(engine, world, begun, Some(&answer), None);
            Some(answer)
        }
    }
}

/// Runs the operation unless a fault stands before it, and records the request.
fn run_recorded(engine: &Shared, world: &mut World, begun: &Begun) -> Option<Answer> {
    let (answer, made) = if let Some(FaultKind::Unplugged | FaultKind::TimeoutBefore) = &begun.fault {
        (None, None)
    } else {
        let (answer, made) = run_once(engine, world, begun);
        (Some(answer), made)
    };
    record(engine, world, begun, answer.as_ref(), made);
    answer
}

/// Key, idempotency, work; the answer and the id of what it is about.
fn run_once(engine: &Shared, world: &mut World, begun: &Begun) -> (Answer, Option<String>) {
    let Begun {
        operation,
        incoming,
        request_id,
        fault,
    } = begun;
    let refuse = |error: &StripeError| (answer_error(error, incoming, request_id), None);
    if let Err(error) = check_key(incoming, &engine.options.stripe.secret_key) {
        return refuse(&error);
    }
    let params = incoming.params();
    let now = engine.options.clock.now();
    let key = incoming.idempotency_key();
    if let Some(key) = key {
        let book = &mut world.stripe.idempotency;
        match book.check(key, &incoming.path, &params.canonical(), now.as_second()) {
            Ok(Verdict::First) => {}
            Ok(Verdict::Replay(kept)) => {
                let replay = answer(kept.status, kept.body.clone().into_bytes(), incoming, request_id)
                    .with_header(HeaderName::from_static("idempotent-replayed"), "true")
                    .with_header(HeaderName::from_static("original-request"), kept.request_id);
                return (replay, None);
            }
            Err(error) => return refuse(&error),
        }
    }
    let result = match fault {
        Some(FaultKind::Status { status, reason, .. }) => Err(StripeError::of_fault(*status, reason.as_deref())),
        Some(FaultKind::RetryAfterDate { status, .. }) => Err(StripeError::of_fault(*status, None)),
        _ => {
            let mut turn = Turn::new(engine, world);
            run_due(&mut turn);
            turn.request_id = Some(request_id.clone());
            turn.idempotency_key = key.map(str::to_owned);
            run(&mut turn, operation, incoming, &params)
        }
    };
    let (mut given, made, keep) = match &result {
        Ok(done) => {
            let body = done.object.to_string().into_bytes();
            let mut given = answer(200, body, incoming, request_id);
            given.effect = done.effect;
            (given, done.object["id"].as_str().map(str::to_owned), true)
        }
        Err(error) => (answer_error(error, incoming, request_id), None, error.executed),
    };
    if let Some(key) = key.filter(|_| keep) {
        let kept = Kept {
            path: incoming.path.clone(),
            parameters: params.canonical(),
            status: given.status,
            body: String::from_utf8_lossy(&given.body).into_owned(),
            request_id: request_id.clone(),
            at: now.as_second(),
        };
        world.stripe.idempotency.keep(key, kept);
    }
    match fault {
        Some(FaultKind::Status {
            retry_after: Some(seconds),
            ..
        }) => given = given.with_header(header::RETRY_AFTER, seconds.to_string()),
        Some(FaultKind::RetryAfterDate { seconds, .. }) => {
            let until = now.saturating_add(SignedDuration::from_secs(i64::from(*seconds)));
            if let Ok(until) = until {
                given = given.with_header(header::RETRY_AFTER, http_date(until));
            }
        }
        _ => {}
    }
    (given, made)
}

fn record(engine: &Shared, world: &mut World, begun: &Begun, answer: Option<&Answer>, made: Option<String>) {
    let fault = begun.fault.as_ref();
    let answered = !matches!(fault, Some(FaultKind::TimeoutAfter | FaultKind::LostAnswer { .. }));
    world.ledger.record(LedgerRow {
        seq: 0,
        at: engine.options.clock.now(),
        account: None,
        method: begun.operation.name(),
        verb: begun.incoming.method.to_string(),
        path: format!("/stripe{}", begun.incoming.path),
        calendar: None,
        event: made.or_else(|| begun.operation.object().map(str::to_owned)),
        request_id: begun.incoming.idempotency_key().map(str::to_owned),
        send_updates: None,
        status: answer.filter(|_| answered).map(|answer| answer.status),
        fault: fault.map(|fault| fault.name().to_owned()),
        effect: answer.is_some_and(|answer| answer.effect),
    });
}
