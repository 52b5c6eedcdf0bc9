//! A period ends: the next begins with a draft of its invoice, or the subscription ends as it was told to.

use serde_json::{Value, json};

use super::{
    cancel_subscription::end,
    invoice::{self, Draft},
    period::period_end,
};
use crate::stripe::{
    due::Due,
    objects::{Kind, number, text},
    turn::Turn,
};

/// How long an invoice of a renewal stays a draft.
const DRAFT_SECONDS: i64 = 60 * 60;

/// Renews the subscription, if its time has come.
pub(crate) fn renew(turn: &mut Turn<'_>, id: &str) {
    let subscription = turn.object(Kind::Subscription, id);
    if !matches!(text(&subscription, "status"), "active" | "past_due") {
        return;
    }
    if subscription["cancel_at"].as_i64().is_some_and(|at| at <= turn.moment) {
        end(turn, id, "cancellation_requested");
        return;
    }
    let items = subscription["items"]["data"].as_array().cloned().unwrap_or_default();
    let Some(first) = items.first() else { return };
    let starts = number(first, "current_period_end");
    if turn.moment < starts {
        return;
    }
    let rhythm = &first["price"]["recurring"];
    let Some(memory) = turn.state().subscriptions.get_mut(id) else {
        return;
    };
    memory.periods += 1;
    let (periods, lines) = (memory.periods, memory.lines.clone());
    let ends = period_end(number(&subscription, "billing_cycle_anchor"), rhythm, periods);
    let mut list = subscription["items"].clone();
    for item in list["data"].as_array_mut().into_iter().flatten() {
        item["current_period_start"] = json!(starts);
        item["current_period_end"] = json!(ends);
    }
    let before = subscription.clone();
    let (moved, _) = turn.set(Kind::Subscription, id, json!({ "items": list }));
    let draft = Draft {
        subscription: &moved,
        lines: &lines,
        reason: "subscription_cycle",
        period: (starts, ends),
    };
    let made = invoice::make(turn, &draft);
    let invoice = text(&made, "id").to_owned();
    let finalizes = turn.moment + DRAFT_SECONDS;
    turn.set(
        Kind::Invoice,
        &invoice,
        json!({ "automatically_finalizes_at": finalizes, "next_payment_attempt": finalizes }),
    );
    let renewed = turn.object(Kind::Subscription, id);
    let previous: Value = crate::stripe::turn::changed(&before, &renewed);
    turn.emit_update("customer.subscription.updated", &renewed, previous);
    turn.state().due.add(finalizes, Due::FinalizeInvoice(invoice));
    turn.state().due.add(ends, Due::RenewSubscription(id.to_owned()));
}
