//! Notes what a calendar write came to that has no event to show, with everything that follows from it, in one transaction
//! under the job's lease. What was written is noted by [`super::settle_written`].

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::calendars::find_connection::{list_connections, takes_events};
use timetap_store::calendars::note_connection_state::note_success;
use timetap_store::calendars::note_write::{note_removed, note_trouble};
use timetap_store::jobs::insert_job::{NewJob, insert_jobs};
use timetap_store::jobs::lease::{Lease, hold_lease_about};
use uuid::Uuid;

use crate::calendars::write_task::WriteTask;
use crate::jobs::{Job, JobOutcome, When, new_job};
use crate::mail::hurry_confirmations;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Google needs a moment until an event shows in the answers about busy times.
const BUSY_SETTLES: SignedDuration = SignedDuration::from_secs(2);

/// No event stands there.
pub(super) async fn settle_removed(app: &TimeTap, task: &WriteTask, lease: Lease) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    hold_lease_about(&txn, lease, task.appointment.id).await?;
    note_removed(&txn, task.write.id, now).await?;
    if let (Some(target), Some(_)) = (&task.target, &task.write.remote_event_id) {
        say(&txn, app, task, "calendar_removed", "Removed from Google Calendar.").await?;
        note_success(&txn, target.connection.id, now).await?;
        insert_jobs(&txn, &refreshes(app, &[target.connection.id])?, now).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// There is no calendar to write to, or its owner wants nothing written there.
pub(super) async fn settle_skipped(app: &TimeTap, task: &WriteTask, lease: Lease) -> Result<(), Unexpected> {
    let connections = list_connections(app.db.reader(), task.write.user_id).await?;
    let is_off = connections
        .iter()
        .any(|connection| connection.status != "disconnected" && !takes_events(connection));
    let (code, words) = match (&task.write.remote_event_id, task.write.desired_present) {
        (Some(_), false) if is_off => (
            "sync_off",
            "Calendar sync is turned off, so the event was not removed; please delete it yourself.",
        ),
        (Some(_), false) => (
            "not_connected",
            "Google is disconnected, so the event could not be removed; please delete it yourself.",
        ),
        _ if is_off => (
            "sync_off",
            "Calendar sync is turned off. Turn it on to add to calendar.",
        ),
        _ => ("not_connected", "Connect Google to add to calendar."),
    };
    skip(app, task, lease, code, words).await
}

/// This TimeTap has no Google at all.
pub(super) async fn settle_unconnected(app: &TimeTap, task: &WriteTask, lease: Lease) -> Result<(), Unexpected> {
    let words = "Google is not set up in this TimeTap. Whoever runs it can add a Google client id and secret.";
    skip(app, task, lease, "not_configured", words).await
}

async fn skip(app: &TimeTap, task: &WriteTask, lease: Lease, code: &str, words: &str) -> Result<(), Unexpected> {
    let txn = app.db.begin().await?;
    hold_lease_about(&txn, lease, task.appointment.id).await?;
    note_trouble(&txn, task.write.id, "skipped", (code, words), false, app.clock.now()).await?;
    hurry_if_staffs(&txn, app, task).await?;
    txn.commit().await?;
    app.signal.ring();
    Ok(())
}

/// Only the calendar's owner can help: the write and its job wait for them.
pub(super) async fn settle_waiting_for_owner(
    app: &TimeTap,
    task: &WriteTask,
    lease: Lease,
) -> Result<JobOutcome, Unexpected> {
    let words = if task.write.desired_present {
        "Google needs to be reconnected; then this booking is added by itself."
    } else if task.appointment.status == "cancelled" {
        "Google needs to be reconnected; then this cancelled booking leaves your calendar by itself."
    } else {
        "Google needs to be reconnected; then this booking, which is not yours any more, leaves your calendar by itself."
    };
    let txn = app.db.begin().await?;
    hold_lease_about(&txn, lease, task.appointment.id).await?;
    let trouble = ("needs_reconnect", words);
    note_trouble(&txn, task.write.id, "needs_reconnect", trouble, false, app.clock.now()).await?;
    hurry_if_staffs(&txn, app, task).await?;
    txn.commit().await?;
    app.signal.ring();
    Ok(JobOutcome::Park {
        code: "needs_reconnect".to_owned(),
        message: words.to_owned(),
    })
}

/// What becomes of the event of who serves decides about the Meet link, which confirmations wait for.
pub(super) async fn hurry_if_staffs(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    task: &WriteTask,
) -> Result<(), Unexpected> {
    if task.is_staffs() {
        hurry_confirmations(on, app, task.appointment.id).await?;
    }
    Ok(())
}

async fn say(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    task: &WriteTask,
    event: &'static str,
    text: &str,
) -> Result<(), Unexpected> {
    if let Some(line) = line(app, task, event, text) {
        append_timeline(on, line, app.clock.now()).await?;
    }
    Ok(())
}

/// A line in the appointment's timeline; nothing where the event is not its people's to know of.
pub(super) fn line(app: &TimeTap, task: &WriteTask, event: &'static str, text: &str) -> Option<TimelineEntry> {
    Some(TimelineEntry {
        id: app.entropy.uuid(app.clock.now()),
        appointment_id: task.appointment.id,
        actor: "system",
        event,
        text: task.told(text)?,
    })
}

/// The jobs that ask the accounts behind these connections, which must differ, when their owners are busy, as soon as Google
/// knows.
pub(super) fn refreshes(app: &TimeTap, connection_ids: &[Uuid]) -> Result<Vec<NewJob>, Unexpected> {
    let now = app.clock.now();
    let at = now.saturating_add(BUSY_SETTLES).unwrap_or(now);
    let refresh = |connection_id: &Uuid| {
        let job = Job::RefreshBusy {
            connection_id: *connection_id,
        };
        new_job(app, &job, When::At(at), now)
    };
    connection_ids.iter().map(refresh).collect()
}
