//! The job that compares a connected account's calendars with what we know of them: finds our own events, takes away what
//! is too many, adopts what we did not know of, and notices what is gone.
//!
//! It touches no event without our mark, none of another installation, and none of a booking that this database does not
//! know, as after an old backup was restored: those are shown to the host, who alone can know what is to become of them
//! ([`UnknownEvent`]). An event that a host deleted by hand is not made again behind their back: the write says so, and Retry
//! makes it anew.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use timetap_providers::google::calendar::{EventQuery, RemoteEvent};
use timetap_providers::google::{ErrorKind, GoogleError};
use timetap_store::calendars::find_connection::find_connection;
use timetap_store::calendars::list_writes::{list_standing_writes, list_writes, list_written_calendars};
use timetap_store::calendars::note_connection_state::note_unknown_events;
use timetap_store::entities::{calendar_connection, calendar_write};
use timetap_store::jobs::lease::Lease;
use uuid::Uuid;

use crate::calendars::apply_step::{Deletions, Pass, adopt, delete, note_if_vanished, part_twins};
use crate::calendars::compare_events::{Step, compare};
use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::marks::{MARK_KIND, installation, is_from, marked_write};
use crate::calendars::unknown_event::UnknownEvent;
use crate::calendars::write_failure::QUOTA_PAUSE;
use crate::jobs::JobOutcome;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How long after the end of an event it is still looked at.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// Once a day, and not for all connections in the same hour.
const PAUSE_HOURS: (i64, i64) = (20, 28);
/// The pause where something changed meanwhile and was left as it is.
const SOON: SignedDuration = SignedDuration::from_mins(5);

/// What a comparison came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// Events of ours that stand as they should, and all others of ours.
    pub(super) seen: usize,
    /// One too many, and taken away.
    pub(super) deleted: usize,
    /// Ours, and unknown to their write until now.
    pub(super) adopted: usize,
    /// Known, and gone.
    pub(super) vanished: usize,
    /// Of bookings that this database does not know.
    pub(super) unknown: Vec<UnknownEvent>,
    /// Of another installation.
    pub(super) foreign: usize,
    /// Changed while they were being looked at; the next pass, which comes soon then, sees to them.
    pub(super) in_flux: usize,
}

impl Findings {
    fn note(&mut self, deletions: Deletions) {
        self.deleted += deletions.gone;
        self.in_flux += deletions.changed;
    }
}

/// Compares every calendar of the connection in which events of ours stand or are to stand, and comes back in a day.
///
/// # Errors
/// Something of our own broke, or the lease was lost.
pub async fn reconcile_calendar(app: &TimeTap, connection_id: Uuid, lease: Lease) -> Result<JobOutcome, Unexpected> {
    let (Some(google), Some(connection)) = (&app.google, find_connection(app.db.writer(), connection_id).await?) else {
        return Ok(JobOutcome::Done);
    };
    match connection.status.as_str() {
        "disconnected" => return Ok(JobOutcome::Done),
        "needs_reconnect" => return Ok(wait_for_owner()),
        _ => {}
    }
    let mut calendars: BTreeSet<String> = list_written_calendars(app.db.reader(), connection_id)
        .await?
        .into_iter()
        .collect();
    calendars.extend(connection.write_calendar_id.clone());
    let account = GoogleAccount {
        app,
        google,
        connection_id,
        known: None,
    };
    let mut findings = Findings::default();
    for calendar_id in &calendars {
        let pass = Pass {
            app,
            account,
            connection: &connection,
            calendar_id,
            lease,
            began: app.clock.now(),
        };
        match compare_calendar(&pass, &mut findings).await {
            Ok(()) => {}
            Err(CallError::Unexpected(error)) => return Err(error),
            // A calendar that was removed, or is no longer shared: nothing of ours can be seen there.
            Err(CallError::Google(error)) if matches!(error.kind(), ErrorKind::Mismatch | ErrorKind::Permanent) => {
                tracing::warn!(connection = %connection_id, code = error.code(), "calendar: one cannot be compared");
            }
            Err(CallError::Google(error)) => return Ok(put_off(&error)),
        }
    }
    note_unknown_events(app.db.writer(), connection_id, UnknownEvent::keep(&findings.unknown)).await?;
    report(connection_id, &findings);
    app.signal.ring();
    let next = if findings.in_flux > 0 {
        let now = app.clock.now();
        now.saturating_add(SOON).unwrap_or(now)
    } else {
        next_pass(app)
    };
    Ok(JobOutcome::Again { at: next })
}

/// When the next comparison is due.
pub(crate) fn next_pass(app: &TimeTap) -> Timestamp {
    let minutes = app.entropy.between(PAUSE_HOURS.0 * 60, PAUSE_HOURS.1 * 60);
    let now = app.clock.now();
    now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now)
}

async fn compare_calendar(pass: &Pass<'_>, findings: &mut Findings) -> Result<(), CallError> {
    let (app, calendar) = (pass.app, pass.calendar_id);
    let from = pass.began.saturating_sub(LOOK_BACK).unwrap_or(pass.began);
    let query = EventQuery::WithProperty {
        key: MARK_KIND.0.to_owned(),
        value: MARK_KIND.1.to_owned(),
        from: Some(from),
    };
    let events = pass.list(&query).await?;
    let name = installation(app).await?;
    // Only after the list, so that whatever was made meanwhile is known to the rows.
    let ids: BTreeSet<Uuid> = events.iter().filter_map(marked_write).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows: BTreeMap<Uuid, calendar_write::Model> = list_writes(app.db.writer(), &ids)
        .await?
        .into_iter()
        .map(|write| (write.id, write))
        .collect();
    let mut by_write: BTreeMap<Uuid, Vec<&RemoteEvent>> = BTreeMap::new();
    for event in &events {
        findings.seen += 1;
        if !is_from(event, &name) {
            findings.foreign += 1;
        } else if let Some(id) = marked_write(event).filter(|id| rows.contains_key(id)) {
            by_write.entry(id).or_default().push(event);
        } else {
            findings.unknown.push(UnknownEvent::of(event));
            tracing::warn!(event = event.id, connection = %pass.connection.id,
                "calendar: an event of a booking that this database does not know is left alone");
        }
    }
    for (id, here) in &by_write {
        let write = &rows[id];
        if !belongs(write, pass.connection) {
            continue;
        }
        let steps = compare(write, here, calendar);
        if steps.is_empty() && pass.tells_another_link(write, here).await? && pass.is_at_rest(write).await? {
            findings.adopted += usize::from(pass.look_again(write, None).await?);
        }
        for step in steps {
            if !pass.is_at_rest(write).await? {
                findings.in_flux += 1;
                break;
            }
            match step {
                Step::Delete { event, tell } => findings.note(delete(pass, write, event, tell).await?),
                Step::Adopt(event) => findings.adopted += adopt(pass, write, event).await?,
                Step::Twins => findings.note(part_twins(pass, write).await?),
            }
        }
    }
    let standing: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    for write in list_standing_writes(app.db.writer(), pass.connection.id, calendar, pass.began).await? {
        let id = write.remote_event_id.as_deref().unwrap_or_default();
        if !standing.contains(id) && !by_write.contains_key(&write.id) && pass.is_at_rest(&write).await? {
            findings.vanished += note_if_vanished(pass, &write, id).await?;
        }
    }
    Ok(())
}

/// Whether the write is one of the connection's owner: two people may share an account.
fn belongs(write: &calendar_write::Model, connection: &calendar_connection::Model) -> bool {
    write.user_id == connection.user_id
}

fn report(connection_id: Uuid, findings: &Findings) {
    let Findings {
        seen,
        deleted,
        adopted,
        vanished,
        ref unknown,
        foreign,
        in_flux,
    } = *findings;
    let unknown = unknown.len();
    if deleted + adopted + vanished + unknown + foreign > 0 {
        tracing::warn!(connection = %connection_id, seen, deleted, adopted, vanished, unknown, foreign, in_flux,
            "calendar: compared with the bookings, and not all was as it should be");
    } else {
        tracing::info!(connection = %connection_id, seen, in_flux, "calendar: compared with the bookings");
    }
}

fn put_off(error: &GoogleError) -> JobOutcome {
    match error.kind() {
        ErrorKind::Reauthorize | ErrorKind::AccessToken => wait_for_owner(),
        kind => JobOutcome::Backoff {
            code: error.code().to_owned(),
            message: error.explain(),
            retry_after: if kind == ErrorKind::Quota {
                Some(QUOTA_PAUSE)
            } else {
                error.retry_after()
            },
        },
    }
}

fn wait_for_owner() -> JobOutcome {
    JobOutcome::Park {
        code: "needs_reconnect".to_owned(),
        message: "Google needs to be reconnected.".to_owned(),
    }
}
