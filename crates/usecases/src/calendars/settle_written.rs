//! Notes which events stand as they should, with everything that follows from it: those of several jobs in one transaction,
//! each under its own lease.

use std::collections::{BTreeSet, HashSet};

use sea_orm::ConnectionTrait;
use timetap_providers::google::calendar::RemoteEvent;
use timetap_store::bookings::append_timeline::TimelineEntry;
use timetap_store::calendars::note_events::{NotedEvents, note_events};
use timetap_store::calendars::note_write::{Place, WrittenEvent};
use timetap_store::jobs::complete_job::complete_held;
use timetap_store::jobs::lease::{Lease, hold_leases};
use uuid::Uuid;

use crate::calendars::conference_course::Course;
use crate::calendars::settle_write::{line, refreshes};
use crate::calendars::tell_about_link::keep_meet_link;
use crate::calendars::write_task::{Target, WriteTask};
use crate::mail::hurry_confirmations;
use crate::platform::cause::{Cause, on_behalf_of};
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// One event that stands as it should.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) task: WriteTask,
    pub(super) target: Target,
    /// As Google has it now.
    pub(super) event: RemoteEvent,
    /// Where its Meet link stands.
    pub(super) course: Course,
    /// Of the job that wrote it.
    pub(super) lease: Lease,
    /// On whose behalf that was.
    pub(super) cause: Option<Cause>,
}

/// Notes all of `written` whose leases hold, and those of their jobs as done that have nothing more to do. Returns the jobs
/// whose leases held; of the others nothing was noted, because somebody else has them by now.
pub(super) async fn settle_written(app: &TimeTap, written: &[Written]) -> Result<HashSet<Uuid>, Unexpected> {
    let now = app.clock.now();
    let leases = |are_done: bool| -> Vec<Lease> {
        let those = written.iter().filter(|one| one.is_done() == are_done);
        those.map(|one| one.lease).collect()
    };
    let (done, later) = (leases(true), leases(false));
    let appointments = distinct(written.iter().map(|written| written.task.appointment.id));
    let txn = app.db.begin_shared().await?;
    // Whichever comes first locks the appointments.
    let mut held = complete_held(&txn, &done, &appointments, now).await?;
    held.extend(hold_leases(&txn, &later, if done.is_empty() { &appointments } else { &[] }).await?);
    let written: Vec<&Written> = written.iter().filter(|one| held.contains(&one.lease.job_id)).collect();
    for one in &written {
        on_behalf_of(one.cause.clone(), one.tell(&txn, app)).await?;
    }
    let events: Vec<(Uuid, WrittenEvent<'_>)> = written.iter().map(|one| (one.task.write.id, one.as_kept())).collect();
    // In the order of their ids everywhere, so that nobody waits in a circle.
    let connections = distinct(written.iter().map(|one| one.target.connection.id));
    let lines: Vec<TimelineEntry> = written.iter().flat_map(|one| one.lines(app)).collect();
    let noted = NotedEvents {
        written: &events,
        connections: &connections,
        lines: &lines,
        jobs: &refreshes(app, &connections)?,
    };
    note_events(&txn, noted, now).await?;
    Failpoint::BeforeWriteNoted.reach().await;
    // The place of each event is durable. If this were lost, the next attempt would look there and find it.
    txn.commit().await?;
    Failpoint::WriteNoted.reach().await;
    // Nothing else that was queued here is due yet.
    if written.iter().any(|one| one.course != Course::None) {
        app.signal.ring();
    }
    Ok(held)
}

impl Written {
    /// Whether its job has nothing more to do.
    fn is_done(&self) -> bool {
        self.course.look_at().is_none()
    }

    /// As the row of the write is to say it.
    fn as_kept(&self) -> WrittenEvent<'_> {
        let task = &self.task;
        let (refused, complaint) = match &self.course {
            Course::AskAgain { refused, .. } => (*refused, None),
            Course::GivenUp { code, words, refused } => (*refused, Some((*code, (*words).to_owned()))),
            _ => (task.write.conference_attempt, None),
        };
        WrittenEvent {
            place: Place {
                connection_id: self.target.connection.id,
                calendar_id: &self.target.calendar_id,
                event_id: &self.event.id,
                generation: task.write.generation,
            },
            version: task.write.desired_version,
            etag: &self.event.etag,
            html_link: self.event.html_link.as_deref(),
            conference_state: self.course.state(),
            conference_attempt: refused,
            conference_asked_at: match &self.course {
                Course::Pending { asked_at, .. } => Some(*asked_at),
                _ => None,
            },
            complaint,
        }
    }

    /// What the host reads in the timeline.
    fn lines(&self, app: &TimeTap) -> Vec<TimelineEntry> {
        let task = &self.task;
        let mut lines = Vec::new();
        match task.write.written_version {
            None => lines.extend(line(app, task, "calendar_added", "Added to Google Calendar.")),
            Some(before) if before != task.write.desired_version => {
                lines.extend(line(app, task, "calendar_updated", "Changed in Google Calendar."));
            }
            Some(_) => {}
        }
        if let Course::GivenUp { words, .. } = &self.course
            && self.loses_hope()
        {
            lines.extend(line(app, task, "meet_link_failed", words));
        }
        lines
    }

    /// Whether it is news that there will be no Meet link.
    fn loses_hope(&self) -> bool {
        matches!(self.course, Course::GivenUp { .. }) && self.task.write.conference_state != "failed"
    }

    /// Sees to it that those who wait for the Meet link hear of it.
    async fn tell(&self, on: &impl ConnectionTrait, app: &TimeTap) -> Result<(), Unexpected> {
        let appointment_id = self.task.appointment.id;
        match &self.course {
            Course::Ready { link } => keep_meet_link(on, app, appointment_id, link).await,
            Course::GivenUp { .. } if self.loses_hope() => hurry_confirmations(on, app, appointment_id).await,
            // Already in front of the customer's page; the mail need not wait through refusals.
            Course::AskAgain { .. } => hurry_confirmations(on, app, appointment_id).await,
            Course::None | Course::Pending { .. } | Course::GivenUp { .. } => Ok(()),
        }
    }
}

/// Each once, in order.
fn distinct(ids: impl Iterator<Item = Uuid>) -> Vec<Uuid> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}
