//! Notes what a calendar write came to, with everything that follows from it, in one transaction under the job's lease.

use jiff::SignedDuration;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::calendars::find_connection::{list_connections, takes_events};
use timetap_store::calendars::note_connection_state::note_success;
use timetap_store::calendars::note_write::{Place, WrittenEvent, note_removed, note_trouble, note_written};
use timetap_store::entities::appointment;
use timetap_store::jobs::complete_job::complete_job;
use timetap_store::jobs::lease::{Lease, hold_lease};
use uuid::Uuid;

use crate::calendars::conference_course::Course;
use crate::calendars::tell_about_link::{hurry_confirmations, keep_meet_link};
use crate::calendars::write_task::{Target, WriteTask};
use crate::jobs::{Job, JobOutcome, When, enqueue_job};
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Google needs a moment until an event shows in the answers about busy times.
const BUSY_SETTLES: SignedDuration = SignedDuration::from_secs(2);

/// What stands in the calendar now.
pub(super) struct Settled<'a> {
    pub(super) event: &'a RemoteEvent,
    pub(super) target: &'a Target,
    pub(super) course: &'a Course,
}

/// The event stands as it should. Where there is nothing more to do, the job is noted as done with it.
pub(super) async fn settle_written(
    app: &TimeTap,
    task: &WriteTask,
    lease: Lease,
    settled: &Settled<'_>,
) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let Settled { event, target, course } = settled;
    let version = task.write.desired_version;
    let txn = app.db.begin_shared().await?;
    lock_appointment(&txn, task.appointment.id).await?;
    hold_lease(&txn, lease).await?;
    let (refused, complaint) = match course {
        Course::AskAgain { refused, .. } => (*refused, None),
        Course::GivenUp { code, words, refused } => (*refused, Some((*code, (*words).to_owned()))),
        _ => (task.write.conference_attempt, None),
    };
    let written = WrittenEvent {
        place: Place {
            connection_id: target.connection.id,
            calendar_id: &target.calendar_id,
            event_id: &event.id,
            generation: task.write.generation,
        },
        version,
        etag: &event.etag,
        html_link: event.html_link.as_deref(),
        conference_state: course.state(),
        conference_attempt: refused,
        conference_asked_at: match course {
            Course::Pending { asked_at, .. } => Some(*asked_at),
            _ => None,
        },
        complaint,
    };
    note_written(&txn, task.write.id, &written, now).await?;
    note_success(&txn, target.connection.id, now).await?;
    match task.write.written_version {
        None => say(&txn, app, task, "calendar_added", "Added to Google Calendar.").await?,
        Some(before) if before != version => {
            say(&txn, app, task, "calendar_updated", "Changed in Google Calendar.").await?;
        }
        Some(_) => {}
    }
    match course {
        Course::Ready { link } => keep_meet_link(&txn, app, task.appointment.id, link).await?,
        Course::GivenUp { words, .. } if task.write.conference_state != "failed" => {
            say(&txn, app, task, "meet_link_failed", words).await?;
            hurry_confirmations(&txn, app, task.appointment.id).await?;
        }
        // Already in front of the customer's page; the mail need not wait through refusals.
        Course::AskAgain { .. } => hurry_confirmations(&txn, app, task.appointment.id).await?,
        Course::None | Course::Pending { .. } | Course::GivenUp { .. } => {}
    }
    refresh_busy_soon(&txn, app, target.connection.id).await?;
    if course.look_at().is_none() {
        complete_job(&txn, lease, now).await?;
    }
    txn.commit().await?;
    Failpoint::WriteNoted.reach().await;
    Ok(())
}

/// No event stands there.
pub(super) async fn settle_removed(app: &TimeTap, task: &WriteTask, lease: Lease) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    lock_appointment(&txn, task.appointment.id).await?;
    hold_lease(&txn, lease).await?;
    note_removed(&txn, task.write.id, now).await?;
    if let (Some(target), Some(_)) = (&task.target, &task.write.remote_event_id) {
        say(&txn, app, task, "calendar_removed", "Removed from Google Calendar.").await?;
        note_success(&txn, target.connection.id, now).await?;
        refresh_busy_soon(&txn, app, target.connection.id).await?;
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
    lock_appointment(&txn, task.appointment.id).await?;
    hold_lease(&txn, lease).await?;
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
    } else {
        "Google needs to be reconnected; then this cancelled booking leaves your calendar by itself."
    };
    let txn = app.db.begin().await?;
    lock_appointment(&txn, task.appointment.id).await?;
    hold_lease(&txn, lease).await?;
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

/// Everything about an appointment is decided under its row's lock, the mail job's "did it carry the link?" included. On
/// SQLite transactions exclude each other anyway.
pub(super) async fn lock_appointment(on: &impl ConnectionTrait, id: Uuid) -> Result<(), Unexpected> {
    appointment::Entity::find_by_id(id).lock_exclusive().one(on).await?;
    Ok(())
}

/// A line in the appointment's timeline.
pub(super) async fn say(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    task: &WriteTask,
    event: &'static str,
    text: &str,
) -> Result<(), Unexpected> {
    let Some(text) = task.told(text) else { return Ok(()) };
    let now = app.clock.now();
    let entry = TimelineEntry {
        id: app.entropy.uuid(now),
        appointment_id: task.appointment.id,
        actor: "system",
        event,
        text,
    };
    append_timeline(on, entry, now).await?;
    Ok(())
}

async fn refresh_busy_soon(on: &impl ConnectionTrait, app: &TimeTap, connection_id: Uuid) -> Result<(), Unexpected> {
    let now = app.clock.now();
    let at = now.saturating_add(BUSY_SETTLES).unwrap_or(now);
    enqueue_job(on, app, &Job::RefreshBusy { connection_id }, When::At(at)).await
}
