//! Runs a request to the payment page: faults around it, what is due before it, a row in the ledger after it.

use axum::response::Response;
use http::Method;

use crate::{
    answer::Answer,
    connection::Wire,
    deliver_answer::deliver,
    faults::{FaultKind, Place},
    ledger::LedgerRow,
    stripe::{api::errors::StripeError, due::run_due, turn::Turn},
    world::{Engine, Shared},
};

/// Runs one request to the page: what is due first, faults around it, a row in the ledger.
pub(super) async fn serve(
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
