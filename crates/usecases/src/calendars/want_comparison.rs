//! Asks for a comparison of calendars with bookings.

use sea_orm::ConnectionTrait;
use timetap_store::calendars::list_connected::list_connected;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Queues the comparison of every working connection, and returns how many there are. After a backup was restored, this
/// finds what the world outside knows and the database does not.
///
/// # Errors
/// The database refuses.
pub async fn want_comparison(on: &impl ConnectionTrait, app: &TimeTap, when: When) -> Result<usize, Unexpected> {
    let connections = list_connected(on).await?;
    for connection_id in &connections {
        let connection_id = *connection_id;
        enqueue_job(on, app, &Job::ReconcileCalendar { connection_id }, when).await?;
    }
    Ok(connections.len())
}
