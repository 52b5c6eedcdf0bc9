//! The job that brings one person's calendar to what is desired for one appointment.

use timetap_core::calendar_write::{Action, decide};
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::jobs::lease::Lease;
use uuid::Uuid;

use crate::calendars::bring_event::{look, put_event, remove_event};
use crate::calendars::conference_course::follow;
use crate::calendars::desk::Desk;
use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::load_task::load_task;
use crate::calendars::prepare_inserts::Prepared;
use crate::calendars::settle_write::{settle_removed, settle_skipped, settle_unconnected, settle_waiting_for_owner};
use crate::calendars::settle_written::Written;
use crate::calendars::write_failure::note_failure;
use crate::calendars::write_task::{Target, WriteTask};
use crate::jobs::JobOutcome;
use crate::jobs::hand::Tools;
use crate::platform::cause::current_cause;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Compares what is desired with what was written, and does the difference: nothing, insert, patch or delete. Then
/// follows the Meet link until it is there. A failure never touches the booking.
///
/// # Errors
/// Something of our own broke, or the lease was lost.
pub async fn write_calendar(app: &TimeTap, write_id: Uuid, lease: Lease) -> Result<JobOutcome, Unexpected> {
    Box::pin(write_calendar_with(app, write_id, &mut Tools::bare(lease))).await
}

/// The same, where what was written is left at `desk`.
///
/// # Errors
/// As [`write_calendar`].
pub async fn write_calendar_at(
    desk: &Desk,
    app: &TimeTap,
    write_id: Uuid,
    lease: Lease,
) -> Result<JobOutcome, Unexpected> {
    let desk = desk.clone();
    let mut tools = Tools {
        desk,
        ..Tools::bare(lease)
    };
    Box::pin(write_calendar_with(app, write_id, &mut tools)).await
}

/// The same for a worker.
pub(crate) async fn write_calendar_with(
    app: &TimeTap,
    write_id: Uuid,
    tools: &mut Tools,
) -> Result<JobOutcome, Unexpected> {
    let lease = tools.lease;
    let task = match tools.prepared.take() {
        Some(Prepared(task)) => Some(task),
        None => load_task(app, write_id).await?,
    };
    let Some(mut task) = task else {
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
    // Loaded a moment ago; of its tokens the next call may still know better.
    let connection = target.connection.clone();
    let account = GoogleAccount {
        app,
        google,
        connection_id: connection.id,
        known: Some(&connection),
    };
    let event = match action {
        Action::Delete => match remove_event(&task, &target, account).await {
            Ok(()) => {
                settle_removed(app, &task, lease).await?;
                app.signal.ring();
                return Ok(JobOutcome::Done);
            }
            Err(error) => return fail(app, &task, lease, error).await,
        },
        Action::Insert | Action::Patch => put_event(&mut task, &mut target, account, action, lease)
            .await
            .map(Some),
        Action::Nothing => pursue_conference(&mut task, &mut target, account, lease).await,
    };
    match event {
        Ok(Some(event)) => Box::pin(finish(app, task, target, event, tools)).await,
        Ok(None) => Ok(JobOutcome::Done),
        Err(error) => fail(app, &task, lease, error).await,
    }
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
    task: WriteTask,
    target: Target,
    event: RemoteEvent,
    tools: &mut Tools,
) -> Result<JobOutcome, Unexpected> {
    let asked = task.conference_request().is_some();
    let course = follow(&task, &target, &event.conference, asked, app.clock.now());
    let look_at = course.look_at();
    let written = Written {
        task,
        target,
        event,
        course,
        lease: tools.lease,
        cause: current_cause(),
    };
    tools.desk.leave(app, written, tools.hand.take()).await?;
    Ok(match look_at {
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
