//! What is noted where people look, when a job is laid to rest.

use sea_orm::ConnectionTrait;

use crate::calendars::fail_write::fail_write;
use crate::jobs::job::Job;
use crate::mail::fail_message;
use crate::payments::{fail_event, fail_refund};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Marks what `job` was about as failed, in the transaction that lays the job to rest. The booking itself is not touched.
///
/// # Errors
/// The database refuses.
pub async fn give_up(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    job: &Job,
    code: &str,
    message: &str,
) -> Result<(), Unexpected> {
    match job {
        Job::WriteCalendar { write_id } => fail_write(on, app, *write_id, code, message).await,
        Job::SendMessage { message_id } => fail_message(on, app, *message_id, code, message).await,
        Job::HandleStripeEvent { event_id } => fail_event(on, app, event_id, code).await,
        Job::Refund { refund_id } => fail_refund(on, app, *refund_id, code, message).await,
        Job::RefreshBusy { .. }
        | Job::RefreshCalendars { .. }
        | Job::ReconcileCalendar { .. }
        | Job::CloseOrder { .. }
        | Job::CancelSubscription { .. }
        | Job::PlanSubscription { .. }
        | Job::CallOffDate { .. }
        | Job::Oversee { .. }
        | Job::PlanTemplates {}
        | Job::TidyUp {} => Ok(()),
    }
}
