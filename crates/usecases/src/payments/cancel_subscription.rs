//! The job that ends a subscription at Stripe: at the end of what is paid where it was cancelled, at once where nothing of it
//! could be had.

use timetap_providers::stripe::StripeError;
use timetap_store::orders::list_items::list_items;
use timetap_store::payments::subscriptions::find_subscription_of_item;
use uuid::Uuid;

use super::book_items::is_weekly;
use super::look_at_payment::look_at_payment;
use super::stripe_outcome::{not_configured, outcome_of, outcome_of_look};
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Makes one attempt at ending the subscription of this order.
///
/// # Errors
/// The database refuses.
pub async fn cancel_subscription(app: &TimeTap, order_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let on = app.db.reader();
    let items = list_items(on, order_id).await?;
    let Some(item) = items.iter().find(|item| is_weekly(item)) else {
        return Ok(JobOutcome::Done);
    };
    let Some(subscription) = find_subscription_of_item(on, item.id).await? else {
        return Ok(JobOutcome::Done);
    };
    let runs = items.iter().any(|item| is_weekly(item) && item.status == "booked");
    if subscription.status == "cancelled" || (runs && subscription.cancel_at_period_end) {
        return Ok(JobOutcome::Done);
    }
    let Some(stripe) = &app.stripe else {
        return Ok(not_configured());
    };
    let asked = if runs {
        stripe.end_subscription(&subscription.provider_id).await
    } else {
        stripe.cancel_subscription(&subscription.provider_id).await
    };
    match asked {
        // One that is over already is not found any more.
        Ok(_) | Err(StripeError::NotFound) => {}
        Err(error) => return Ok(outcome_of(&error)),
    }
    match look_at_payment(app, order_id).await {
        Ok(_) => Ok(JobOutcome::Done),
        Err(error) => outcome_of_look(error),
    }
}
