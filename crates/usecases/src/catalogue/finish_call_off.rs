//! The job behind a date that was called off: cancels what is booked on it, one booking at a time, and ends the time to pay of
//! whoever has not paid. Each is a transaction of its own, so that it goes on where it stood, wherever it is stopped.

use std::collections::BTreeSet;

use timetap_store::accounts::find_user::find_user;
use timetap_store::catalogue::call_off::{list_date_bookings, list_unpaid_items};
use timetap_store::orders::find_dated::find_occurrence;
use uuid::Uuid;

use crate::bookings::{DateCaller, cancel_with_date};
use crate::jobs::JobOutcome;
use crate::payments::end_hold;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Brings everything about the date to its end. What cannot be done now keeps the rest from nothing, and is tried again.
///
/// # Errors
/// The database refuses; what was done until then stays done.
pub async fn finish_call_off(app: &TimeTap, date_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let on = app.db.reader();
    let Some(date) = find_occurrence(on, date_id)
        .await?
        .filter(|date| date.status == "cancelled")
    else {
        return Ok(JobOutcome::Done);
    };
    let account = match date.cancelled_by {
        Some(id) => find_user(on, id).await?,
        None => None,
    };
    let caller = DateCaller {
        user_id: date.cancelled_by.unwrap_or_default(),
        name: account.as_ref().map_or("the host", |account| account.name.as_str()),
        message: date.cancel_message.as_deref(),
    };
    let mut failed = None;
    for booking in list_date_bookings(on, &date).await? {
        if booking.status != "scheduled" {
            continue;
        }
        if let Err(error) = cancel_with_date(app, booking.id, caller).await {
            tracing::warn!(appointment = %booking.id, %error, "date called off: a booking could not be cancelled yet");
            failed = Some(error);
        }
    }
    let unpaid = list_unpaid_items(on, date_id).await?;
    let orders: BTreeSet<Uuid> = unpaid.iter().map(|item| item.order_id).collect();
    for order_id in orders {
        if let Err(error) = end_hold(app, order_id).await {
            tracing::warn!(order = %order_id, %error, "date called off: an order could not be ended yet");
            failed = Some(error);
        }
    }
    match failed {
        None => Ok(JobOutcome::Done),
        Some(error) => Err(error),
    }
}
