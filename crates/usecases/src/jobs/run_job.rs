//! From a row of the queue to the work behind it.

use crate::calendars;
use crate::calendars::write_calendar::write_calendar_with;
use crate::catalogue;
use crate::jobs::hand::Tools;
use crate::jobs::job::Job;
use crate::jobs::outcome::JobOutcome;
use crate::jobs::tidy_up::tidy_up;
use crate::mail;
use crate::payments;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Makes one attempt at `job`. Work that writes rows about itself does so under the lease among its `tools`.
///
/// # Errors
/// Something of our own broke; the queue tries again later.
pub(crate) async fn run_job(app: &TimeTap, job: &Job, tools: &mut Tools) -> Result<JobOutcome, Unexpected> {
    match job {
        Job::WriteCalendar { write_id } => Box::pin(write_calendar_with(app, *write_id, tools)).await,
        Job::SendMessage { message_id } => mail::send_message(app, *message_id).await,
        Job::RefreshBusy { connection_id } => calendars::refresh_busy(app, *connection_id).await,
        Job::RefreshCalendars { connection_id } => calendars::refresh_calendars(app, *connection_id).await,
        Job::ReconcileCalendar { connection_id } => {
            calendars::reconcile_calendar(app, *connection_id, tools.lease).await
        }
        Job::HandleStripeEvent { event_id } => payments::handle_event(app, event_id).await,
        Job::CloseOrder { order_id } => payments::close_order(app, *order_id).await,
        Job::Refund { refund_id } => payments::give_back(app, *refund_id).await,
        Job::CancelSubscription { order_id } => payments::cancel_subscription(app, *order_id).await,
        Job::PlanSubscription { subscription_id } => payments::plan_subscription(app, *subscription_id).await,
        Job::CallOffDate { occurrence_id } => catalogue::finish_call_off(app, *occurrence_id).await,
        Job::Oversee { user_id, .. } => calendars::oversee(app, *user_id).await,
        Job::PlanTemplates {} => payments::plan_templates(app).await,
        Job::TidyUp {} => tidy_up(app).await,
    }
}
