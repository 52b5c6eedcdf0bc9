//! `POST /v1/subscriptions/:id`: metadata, description, and when it ends.

use serde_json::{Value, json};

use super::cancel_subscription::read_details;
use crate::stripe::{
    api::{errors::StripeError, params::Params},
    catalog::metadata,
    due::Due,
    objects::{Kind, number, text},
    turn::Turn,
};

/// Changes a subscription: `customer.subscription.updated`.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, params: &Params) -> Result<Value, StripeError> {
    let before = turn.find(Kind::Subscription, id)?;
    params.accept(&["payment_behavior", "proration_behavior"]);
    let mut fields = json!({
        "cancellation_details": read_details(params, &before)?,
        "metadata": metadata::merged(&before["metadata"], params, "metadata")?,
    });
    if let Some(description) = params.raw("description") {
        fields["description"] = json!(Some(description).filter(|text| !text.is_empty()));
    }
    let at_end = params.flag("cancel_at_period_end")?;
    let at = match params.raw("cancel_at").as_deref() {
        None => None,
        Some("") => Some(None),
        Some(_) => Some(params.int("cancel_at")?),
    };
    params.finish()?;
    if text(&before, "status") == "canceled" {
        return Err(StripeError::invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
        )
        .at_work());
    }
    if at_end == Some(true) && at.flatten().is_some() {
        return Err(StripeError::invalid(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
        ));
    }
    let period_end = number(&before["items"]["data"][0], "current_period_end");
    let end = match (at_end, at) {
        (Some(true), _) => Some(Some(period_end)),
        (Some(false), None) => Some(None),
        (_, at) => at,
    };
    if let Some(end) = end {
        if end.is_some_and(|end| end <= turn.moment) {
            return Err(StripeError::invalid("cancel_at must be in the future.").param("cancel_at"));
        }
        fields["cancel_at"] = json!(end);
        fields["cancel_at_period_end"] = json!(at_end == Some(true));
        fields["canceled_at"] = json!(end.map(|_| turn.moment));
        fields["cancellation_details"]["reason"] = json!(end.map(|_| "cancellation_requested"));
        if let Some(end) = end {
            turn.state().due.add(end, Due::RenewSubscription(id.to_owned()));
        }
    }
    let (subscription, previous) = turn.set(Kind::Subscription, id, fields);
    turn.emit_update("customer.subscription.updated", &subscription, previous);
    Ok(subscription)
}
