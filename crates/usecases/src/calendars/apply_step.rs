//! Carries out what a comparison decided, each step under the lease and only where the write is as it was.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::EntityTrait;
use secrecy::SecretString;
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::{Conference, EventQuery, RemoteEvent};
use timetap_store::Transaction;
use timetap_store::bookings::append_timeline::{TimelineEntry, append_timeline};
use timetap_store::calendars::list_writes::note_vanished;
use timetap_store::calendars::note_write::{Place, note_fresh_start, note_intents};
use timetap_store::entities::{appointment, calendar_connection, calendar_write};
use timetap_store::jobs::lease::{Lease, hold_lease_about};
use timetap_store::jobs::supersede_resting::supersede_resting;

use crate::calendars::bring_event::look;
use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::marks::{MARK_WRITE, marked_generation};
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

const VANISHED: (&str, &str) = (
    "deleted_in_calendar",
    "The event was deleted in Google Calendar. The booking stands: cancel it here if it is off, or retry to add the event \
     again.",
);

/// One comparison of one calendar.
pub(super) struct Pass<'a> {
    pub(super) app: &'a TimeTap,
    pub(super) account: GoogleAccount<'a>,
    pub(super) connection: &'a calendar_connection::Model,
    pub(super) calendar_id: &'a str,
    pub(super) lease: Lease,
    /// Before anything was read.
    pub(super) began: Timestamp,
}

impl Pass<'_> {
    /// Living events, each once: one that changes while pages are read may be listed twice.
    pub(super) async fn list(&self, query: &EventQuery) -> Result<Vec<RemoteEvent>, CallError> {
        let (google, calendar) = (self.account.google, self.calendar_id);
        let list = self
            .account
            .call(|token: SecretString| async move { google.list_events(&token, calendar, query).await })
            .await?;
        let mut seen = BTreeSet::new();
        let events = list.events.into_iter();
        Ok(events
            // One day of several that was moved by hand belongs to its series.
            .filter(|event| event.recurring_event_id.is_none())
            .filter(|event| !event.is_cancelled() && seen.insert((event.id.clone(), event.etag.clone())))
            .collect())
    }

    /// Whether nothing happened to the write since the comparison began.
    pub(super) async fn is_at_rest(&self, write: &calendar_write::Model) -> Result<bool, Unexpected> {
        let current = calendar_write::Entity::find_by_id(write.id)
            .one(self.app.db.writer())
            .await?;
        Ok(write.updated_at.timestamp() < self.began && current.as_ref() == Some(write))
    }

    /// Whether the one event that is left has another Meet link than its people know, as after its twin went and nobody
    /// could note it.
    pub(super) async fn tells_another_link(
        &self,
        write: &calendar_write::Model,
        here: &[&RemoteEvent],
    ) -> Result<bool, Unexpected> {
        let [event] = here else { return Ok(false) };
        // One that is still being made is another one, too. None at all is the host's own wish.
        let link = event.conference.link();
        if link.is_none() && event.conference != Conference::Pending {
            return Ok(false);
        }
        if write.state != "written" || write.etag.as_deref() == Some(event.etag.as_str()) {
            return Ok(false);
        }
        let row = appointment::Entity::find_by_id(write.appointment_id)
            .one(self.app.db.writer())
            .await?;
        Ok(row.is_some_and(|row| row.status == "scheduled" && row.meet_link.as_deref() != link))
    }

    /// Opens a transaction under the lease in which the write is as it was; `None` where it changed.
    async fn begin(&self, write: &calendar_write::Model) -> Result<Option<Transaction>, Unexpected> {
        let txn = self.app.db.begin().await?;
        hold_lease_about(&txn, self.lease, write.appointment_id).await?;
        let current = calendar_write::Entity::find_by_id(write.id).one(&txn).await?;
        Ok((current.as_ref() == Some(write)).then_some(txn))
    }

    /// Has the write's own job look at what stands there now, and take it over.
    pub(super) async fn look_again(
        &self,
        write: &calendar_write::Model,
        adopted: Option<&RemoteEvent>,
    ) -> Result<bool, Unexpected> {
        let (app, now) = (self.app, self.app.clock.now());
        let Some(txn) = self.begin(write).await? else {
            return Ok(false);
        };
        let job = Job::WriteCalendar { write_id: write.id };
        note_fresh_start(&txn, write.id, now).await?;
        if let Some(event) = adopted {
            let place = Place {
                connection_id: self.connection.id,
                calendar_id: self.calendar_id,
                event_id: &event.id,
                generation: write.generation.max(marked_generation(event)),
            };
            note_intents(&txn, &[(write.id, place)], now).await?;
        }
        supersede_resting(&txn, &job.dedupe_key(), now).await?;
        enqueue_job(&txn, app, &job, When::Now).await?;
        txn.commit().await?;
        Ok(true)
    }
}

/// What became of events that are too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Deletions {
    /// These went.
    pub(super) gone: usize,
    /// These changed a moment ago and stand, as one to which Google adds its Meet link just then.
    pub(super) changed: usize,
}

impl std::ops::AddAssign for Deletions {
    fn add_assign(&mut self, more: Self) {
        self.gone += more.gone;
        self.changed += more.changed;
    }
}

/// Takes away an event that is one too many, if it is as it was listed.
pub(super) async fn delete(
    pass: &Pass<'_>,
    write: &calendar_write::Model,
    event: &RemoteEvent,
    tell: bool,
) -> Result<Deletions, CallError> {
    let (google, calendar) = (pass.account.google, pass.calendar_id);
    let deleted = pass
        .account
        .call(|token: SecretString| async move {
            google
                .delete_extra_event(&token, calendar, &event.id, &event.etag, tell)
                .await
        })
        .await;
    match deleted {
        Ok(_) => {
            tracing::warn!(write = %write.id, event = event.id, "calendar: an event too many was deleted");
            Ok(Deletions { gone: 1, changed: 0 })
        }
        // The next comparison decides anew, and comes soon.
        Err(CallError::Google(GoogleError::PreconditionFailed)) => Ok(Deletions { gone: 0, changed: 1 }),
        Err(error) => Err(error),
    }
}

/// Lets the write know where its event stands. Returns how many were adopted.
pub(super) async fn adopt(
    pass: &Pass<'_>,
    write: &calendar_write::Model,
    event: &RemoteEvent,
) -> Result<usize, CallError> {
    let adopted = pass.look_again(write, Some(event)).await?;
    if adopted {
        tracing::warn!(write = %write.id, event = event.id, "calendar: an event of ours was adopted");
    }
    Ok(usize::from(adopted))
}

/// Leaves one of several events that stand under one id, which Google does not always prevent. By that id only one of them
/// can be reached at a time; the last one is taken over with its Meet link.
pub(super) async fn part_twins(pass: &Pass<'_>, write: &calendar_write::Model) -> Result<Deletions, CallError> {
    // Asked anew, on one page: several of one id in one answer are several events, and not one that changed meanwhile.
    let query = EventQuery::WithProperty {
        key: MARK_WRITE.to_owned(),
        value: write.id.to_string(),
        from: None,
    };
    let id = write.remote_event_id.as_deref().unwrap_or_default();
    let twins = pass.list(&query).await?;
    let twins = twins.iter().filter(|event| event.id == id).count();
    let mut all = Deletions::default();
    for _ in 1..twins {
        let reached = look(pass.account, pass.calendar_id, id).await?;
        all += delete(pass, write, &reached, false).await?;
    }
    if all.gone > 0 {
        pass.look_again(write, None).await?;
    }
    Ok(all)
}

/// Looks for an event that was not listed, and says so where it is gone. Returns how many are.
pub(super) async fn note_if_vanished(
    pass: &Pass<'_>,
    write: &calendar_write::Model,
    event_id: &str,
) -> Result<usize, CallError> {
    match look(pass.account, pass.calendar_id, event_id).await {
        Ok(event) if !event.is_cancelled() => return Ok(0),
        Ok(_) | Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => {}
        Err(error) => return Err(error),
    }
    let now = pass.app.clock.now();
    let Some(txn) = pass.begin(write).await? else {
        return Ok(0);
    };
    note_vanished(&txn, write.id, VANISHED, now).await?;
    // What others delete in their own calendars is nobody else's to read.
    if write.role == "staff" {
        let entry = TimelineEntry {
            id: pass.app.entropy.uuid(now),
            appointment_id: write.appointment_id,
            actor: "system",
            event: "calendar_event_gone",
            text: VANISHED.1.to_owned(),
        };
        append_timeline(&txn, entry, now).await?;
    }
    txn.commit().await.map_err(Unexpected::from)?;
    Ok(1)
}
