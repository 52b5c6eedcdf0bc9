//! The job that brings one person's calendar to what is desired for one appointment.

use timetap_core::calendar_write::{Action, decide};
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::jobs::lease::Lease;
use uuid::Uuid;

use crate::calendars::bring_event::{look, put_event, remove_event};
use crate::calendars::conference_course::follow;
use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::settle_write::{
    Settled, settle_removed, settle_skipped, settle_unconnected, settle_waiting_for_owner, settle_written,
};
use crate::calendars::write_failure::note_failure;
use crate::calendars::write_task::{Target, WriteTask};
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Compares what is desired with what was written, and does the difference: nothing, insert, patch or delete. Then
/// follows the Meet link until it is there. A failure never touches the booking.
///
/// # Errors
/// Something of our own broke, or the lease was lost.
pub async fn write_calendar(app: &TimeTap, write_id: Uuid, lease: Lease) -> Result<JobOutcome, Unexpected> {
    let Some(mut task) = WriteTask::load(app, write_id).await? else {
        return Ok(JobOutcome::Done);
    };
    let action = decide(task.desired(), task.written(), task.write.remote_event_id.is_some());
    if action == Action::Nothing && !task.write.desired_present {
        settle_removed(app, &task, lease).await?;
        return Ok(JobOutcome::Done);
    }
    let (Some(google), Some(mut target)) = (&app.google, task.target.clone()) else {
        if app.google.is_none() {
            settle_unconnected(app, &task, lease).await?;
        } else {
            settle_skipped(app, &task, lease).await?;
        }
        return Ok(JobOutcome::Done);
    };
    if target.connection.status == "needs_reconnect" {
        return settle_waiting_for_owner(app, &task, lease).await;
    }
    let account = GoogleAccount {
        app,
        google,
        connection_id: target.connection.id,
    };
    let done = match action {
        Action::Delete => match remove_event(&task, &target, account).await {
            Ok(()) => settle_removed(app, &task, lease).await.map(|()| JobOutcome::Done)?,
            Err(error) => return fail(app, &task, lease, error).await,
        },
        Action::Insert | Action::Patch => match put_event(&mut task, &mut target, account, action, lease).await {
            Ok(event) => finish(app, &mut task, &target, lease, event).await?,
            Err(error) => return fail(app, &task, lease, error).await,
        },
        Action::Nothing => match pursue_conference(&mut task, &mut target, account, lease).await {
            Ok(Some(event)) => finish(app, &mut task, &target, lease, event).await?,
            Ok(None) => JobOutcome::Done,
            Err(error) => return fail(app, &task, lease, error).await,
        },
    };
    app.signal.ring();
    Ok(done)
}

/// The event stands as it should; only its Meet link may be missing. `None` where there is nothing more to do.
async fn pursue_conference(
    task: &mut WriteTask,
    target: &mut Target,
    account: GoogleAccount<'_>,
    lease: Lease,
) -> Result<Option<RemoteEvent>, CallError> {
    match task.write.conference_state.as_str() {
        "pending" => {
            let event = look(account, &target.calendar_id, &task.event_id()).await;
            match event {
                // Deleted by hand meanwhile: there will be no link, and the wish of the host counts.
                Ok(event) if event.is_cancelled() => Ok(None),
                Ok(event) => Ok(Some(event)),
                Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => Ok(None),
                Err(error) => Err(error),
            }
        }
        "none" if task.conference_request().is_some() => {
            put_event(task, target, account, Action::Patch, lease).await.map(Some)
        }
        _ if task.write.state == "written" => Ok(None),
        // A retry of what turns out to be well: looking refreshes the state.
        _ => look(account, &target.calendar_id, &task.event_id()).await.map(Some),
    }
}

/// Notes what stands at Google now, and says when to look again for a Meet link that is still being made.
async fn finish(
    app: &TimeTap,
    task: &mut WriteTask,
    target: &Target,
    lease: Lease,
    event: RemoteEvent,
) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    let asked = task.conference_request().is_some();
    let course = follow(task, target, &event.conference, asked, now);
    let settled = Settled {
        event: &event,
        target,
        course: &course,
    };
    settle_written(app, task, lease, &settled).await?;
    Ok(match course.look_at() {
        Some(at) => JobOutcome::Again { at },
        None => JobOutcome::Noted,
    })
}

async fn fail(app: &TimeTap, task: &WriteTask, lease: Lease, error: CallError) -> Result<JobOutcome, Unexpected> {
    match error {
        CallError::Unexpected(error) => Err(error),
        CallError::Google(error) => note_failure(app, task, lease, &error).await,
    }
}
