//! Ends the time to pay of an order of which something was called off.

use timetap_store::orders::find_order::find_order_to_change;
use uuid::Uuid;

use super::note_facts::{Change, note_facts};
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// From now on nobody can pay the order: the job at the end of its hold runs at once, ends Stripe's page and closes it. One
/// that is paid or over stays as it is.
pub(crate) async fn end_hold(app: &TimeTap, order_id: Uuid) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    let now = app.clock.now();
    let Some(mut order) = find_order_to_change(&txn, order_id).await? else {
        return Ok(());
    };
    if order.paid_at.is_some() || order.closed_as.is_some() {
        return Ok(());
    }
    if order.hold_expires_at.is_some_and(|until| until.timestamp() > now) {
        order.hold_expires_at = Some(now.into());
        note_facts(&txn, app, &mut order, &[Change::Asked]).await?;
    }
    enqueue_job(&txn, app, &Job::CloseOrder { order_id }, When::Now).await?;
    txn.commit().await?;
    app.signal.ring();
    Ok(())
}
