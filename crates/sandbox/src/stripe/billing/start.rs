//! A subscription starts with the first payment on the payment page.

use serde_json::{Value, json};

use super::{
    invoice::{self, Draft},
    memory::SubscriptionMemory,
    period::period_end,
};
use crate::stripe::{
    blank::{PLAN, SUBSCRIPTION, SUBSCRIPTION_ITEM},
    due::Due,
    objects::{Kind, filled, list_of, number, text},
    payments::charge::{self, Attempt},
    turn::Turn,
};

/// How the first invoice is paid.
pub(crate) struct FirstPayment<'a> {
    /// Nothing where nothing is due.
    pub attempt: Option<&'a Attempt<'a>>,
    pub method: &'a Value,
    /// Why the card will be declined at renewals.
    pub fails_later: Option<&'static str>,
}

/// Makes the subscription and its first invoice, paid; gives the ids of both.
pub(crate) fn start(turn: &mut Turn<'_>, session: &str, first: &FirstPayment<'_>) -> (String, String) {
    let checkout = turn.world.stripe.checkouts.get(session).cloned().unwrap_or_default();
    let session = turn.object(Kind::Session, session);
    let id = turn.id("sub_1", 23);
    let at = turn.moment;
    let lines: Vec<_> = checkout.line_items.clone();
    let recurring: Vec<_> = lines
        .iter()
        .filter(|line| !line["price"]["recurring"].is_null())
        .cloned()
        .collect();
    let rhythm = recurring
        .first()
        .map(|line| line["price"]["recurring"].clone())
        .unwrap_or_default();
    let ends = period_end(at, &rhythm, 1);
    let items: Vec<_> = recurring
        .iter()
        .map(|line| make_item(turn, &id, line, (at, ends)))
        .collect();
    let memory = SubscriptionMemory {
        lines: recurring,
        periods: 1,
        declines: first.fails_later.map(str::to_owned),
        coupon: checkout
            .discount
            .as_ref()
            .map(|discount| coupon_in_force(turn, &discount.coupon, at)),
        ..SubscriptionMemory::default()
    };
    turn.state().subscriptions.insert(id.clone(), memory);
    let mut fields = checkout.subscription_data;
    if !fields.is_object() {
        fields = json!({ "metadata": {} });
    }
    let mut subscription = filled(SUBSCRIPTION, fields);
    let more = json!({
        "id": id,
        "billing_cycle_anchor": at,
        "created": at,
        "currency": session["currency"],
        "customer": session["customer"],
        "default_payment_method": first.method["id"],
        "items": list_of(&items, &format!("/v1/subscription_items?subscription={id}")),
        "start_date": at,
    });
    if let (Value::Object(subscription), Value::Object(more)) = (&mut subscription, more) {
        subscription.extend(more);
    }
    turn.insert(Kind::Subscription, &subscription);
    turn.effect("subscription.created", &subscription, text(&session, "id"));
    turn.emit("customer.subscription.created", &subscription);
    let draft = Draft {
        subscription: &subscription,
        lines: &lines,
        reason: "subscription_create",
        period: (at, ends),
    };
    let made = invoice::make(turn, &draft);
    let invoice = text(&made, "id").to_owned();
    let opened = invoice::open(turn, &invoice);
    if let Some(attempt) = first.attempt {
        invoice::tie(turn, &opened, attempt.intent);
        charge::succeed(turn, attempt);
    }
    let (subscription, previous) = turn.set(Kind::Subscription, &id, json!({ "status": "active" }));
    turn.emit_update("customer.subscription.updated", &subscription, previous);
    invoice::mark_paid(turn, &invoice);
    end_once(turn, &id);
    turn.state().due.add(ends, Due::RenewSubscription(id.clone()));
    (id, invoice)
}

fn make_item(turn: &Turn<'_>, subscription: &str, line: &Value, period: (i64, i64)) -> Value {
    let price = &line["price"];
    let plan = filled(
        PLAN,
        json!({
            "id": price["id"],
            "active": price["active"],
            "amount": price["unit_amount"],
            "amount_decimal": price["unit_amount_decimal"],
            "created": price["created"],
            "currency": price["currency"],
            "interval": price["recurring"]["interval"],
            "interval_count": price["recurring"]["interval_count"],
            "product": price["product"],
        }),
    );
    filled(
        SUBSCRIPTION_ITEM,
        json!({
            "id": turn.id("si_", 14),
            "created": period.0,
            "current_period_end": period.1,
            "current_period_start": period.0,
            "plan": plan,
            "price": price,
            "quantity": line["quantity"],
            "subscription": subscription,
        }),
    )
}

/// A coupon with the end of its force: for the first invoice only, for so many months, or for ever.
fn coupon_in_force(turn: &Turn<'_>, coupon: &str, at: i64) -> (String, Option<i64>) {
    let object = turn.object(Kind::Coupon, coupon);
    let months = json!({ "interval": "month", "interval_count": 1 });
    let until = match text(&object, "duration") {
        "forever" => None,
        "repeating" => Some(period_end(at, &months, number(&object, "duration_in_months"))),
        _ => Some(at + 1),
    };
    (coupon.to_owned(), until)
}

/// A coupon that counts once has done so.
fn end_once(turn: &mut Turn<'_>, id: &str) {
    let now = turn.moment;
    if let Some(memory) = turn.state().subscriptions.get_mut(id) {
        memory.coupon = memory
            .coupon
            .take()
            .filter(|(_, until)| until.is_none_or(|until| until > now + 1));
    }
}
