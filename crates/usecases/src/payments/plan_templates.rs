//! The standing job that puts the dates of weekly times into the calendar of who serves them, twelve weeks ahead, and books
//! the weeks of subscriptions as they come into reach.

use jiff::SignedDuration;
use timetap_store::orders::find_order::find_order_to_change;
use timetap_store::payments::subscriptions::{find_item, find_subscription, list_running};
use uuid::Uuid;

use super::apply_subscription::plan_weeks;
use crate::catalogue;
use crate::jobs::{Job, JobOutcome, When, enqueue_jobs};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often.
const INTERVAL: SignedDuration = SignedDuration::from_hours(24);

/// Plans everything, and looks again tomorrow.
///
/// # Errors
/// The database refuses.
pub async fn plan_templates(app: &TimeTap) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    catalogue::plan_templates(app).await?;
    let running = list_running(app.db.reader()).await?;
    let jobs: Vec<Job> = running
        .iter()
        .map(|subscription| Job::PlanSubscription {
            subscription_id: subscription.id,
        })
        .collect();
    if !jobs.is_empty() {
        let txn = app.db.begin().await?;
        enqueue_jobs(&txn, app, &jobs, When::Now).await?;
        txn.commit().await?;
        app.signal.ring();
    }
    Ok(JobOutcome::Again {
        at: now.saturating_add(INTERVAL).unwrap_or(now),
    })
}

/// Books the weeks that one subscription reaches to by now.
///
/// # Errors
/// The database refuses.
pub async fn plan_subscription(app: &TimeTap, subscription_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let Some(subscription) = find_subscription(app.db.reader(), subscription_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let Some(item) = find_item(app.db.reader(), subscription.order_item_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let txn = app.db.begin().await?;
    // The order's lock, under which everybody else changes these rows; what was read before is read again.
    let order = find_order_to_change(&txn, item.order_id).await?;
    let (subscription, item) = (
        find_subscription(&txn, subscription_id).await?,
        find_item(&txn, item.id).await?,
    );
    if let (Some(order), Some(item), Some(subscription)) = (order, item, subscription)
        && item.status == "booked"
    {
        plan_weeks(&txn, app, &order, &item, &subscription).await?;
    }
    txn.commit().await?;
    app.signal.ring();
    Ok(JobOutcome::Done)
}
