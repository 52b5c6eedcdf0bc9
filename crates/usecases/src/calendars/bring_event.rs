//! Brings the event at Google to what it should be, whatever is found there.

use secrecy::SecretString;
use timetap_core::calendar_write::Action;
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::{EventPatch, RemoteEvent};
use timetap_store::calendars::note_write::{Place, note_intent};
use timetap_store::calendars::replace_calendars::note_no_meet_links;
use timetap_store::jobs::lease::{Lease, hold_lease};

use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::write_task::{Target, WriteTask};

/// More steps than any honest course of events needs.
const MOST_STEPS: usize = 10;

/// What to do next.
enum Step {
    /// Put a new event there.
    Insert,
    /// See what stands there; `sure` where something certainly does.
    Look { sure: bool },
    /// Change what stands there, if it still has this etag.
    Patch { etag: Option<String> },
}

/// Puts the event there or changes it (`action` is `Insert` or `Patch`), and returns it as Google has it then.
///
/// - An id that Google knows already (409) is looked at: ours is adopted, a deleted or foreign one gives way to a new id.
/// - A first insert whose answer was lost is looked for before it is repeated.
/// - A changed etag (412) means looking again; a deleted event (404, 410, cancelled) is made anew under a new id.
/// - A calendar without Meet links gets the event without one.
pub(super) async fn put_event(
    task: &mut WriteTask,
    target: &mut Target,
    account: GoogleAccount<'_>,
    action: Action,
    lease: Lease,
) -> Result<RemoteEvent, CallError> {
    let mut step = match action {
        Action::Patch if task.write.written_version.is_none() => Step::Look { sure: false },
        Action::Patch => Step::Patch {
            etag: task.write.etag.clone(),
        },
        _ => Step::Insert,
    };
    for _ in 0..MOST_STEPS {
        let (now_at, id) = (target.calendar_id.clone(), task.event_id());
        step = match step {
            Step::Insert => match insert(task, target, account, lease).await {
                Ok(event) => return Ok(event),
                Err(CallError::Google(GoogleError::AlreadyExists)) => Step::Look { sure: true },
                Err(CallError::Google(GoogleError::ConferenceTypeNotAllowed)) if target.makes_meet_links => {
                    do_without_meet(task, target, account).await?;
                    Step::Insert
                }
                Err(error) => return Err(error),
            },
            Step::Look { sure } => match look(account, &now_at, &id).await {
                Ok(event) if !task.owns(&event) || event.is_cancelled() => {
                    task.begin_generation();
                    Step::Insert
                }
                // The echo of an attempt whose answer was lost. Patching it again would mail the guest again.
                Ok(event) if task.write.written_version.is_none() && task.matches(&event) => return Ok(event),
                Ok(event) => Step::Patch { etag: Some(event.etag) },
                Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => {
                    if sure || task.write.written_version.is_some() {
                        task.begin_generation();
                    }
                    Step::Insert
                }
                Err(error) => return Err(error),
            },
            Step::Patch { etag } => match patch(task, target, account, etag.clone()).await {
                Ok(event) if !event.is_cancelled() => return Ok(event),
                Ok(_) | Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => {
                    task.begin_generation();
                    Step::Insert
                }
                Err(CallError::Google(GoogleError::PreconditionFailed)) => Step::Look { sure: true },
                Err(CallError::Google(GoogleError::ConferenceTypeNotAllowed)) if target.makes_meet_links => {
                    do_without_meet(task, target, account).await?;
                    Step::Patch { etag }
                }
                Err(error) => return Err(error),
            },
        };
    }
    Err(GoogleError::Conflict.into())
}

/// Reads the event that stands there.
pub(super) async fn look(account: GoogleAccount<'_>, calendar: &str, id: &str) -> Result<RemoteEvent, CallError> {
    let google = account.google;
    account
        .call(|token: SecretString| async move { google.get_event(&token, calendar, id).await })
        .await
}

/// Takes the event away, if it is there and ours.
pub(super) async fn remove_event(
    task: &WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
) -> Result<(), CallError> {
    let (google, calendar, id) = (account.google, target.calendar_id.as_str(), task.event_id());
    let id = id.as_str();
    if task.write.written_version.is_none() {
        // It was never seen there, so it may be missing, or not be ours.
        match look(account, calendar, id).await {
            Ok(event) if event.is_cancelled() || !task.owns(&event) => return Ok(()),
            Ok(_) => {}
            Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    account
        .call(|token: SecretString| async move { google.delete_event(&token, calendar, id, None).await })
        .await
        .map(|_| ())
}

async fn insert(
    task: &mut WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
    lease: Lease,
) -> Result<RemoteEvent, CallError> {
    let (google, app) = (account.google, account.app);
    let draft = task.draft(app)?;
    let now = app.clock.now();
    let place = Place {
        connection_id: target.connection.id,
        calendar_id: &target.calendar_id,
        event_id: &draft.id,
        generation: task.write.generation,
    };
    let txn = app.db.begin().await?;
    hold_lease(&txn, lease).await?;
    note_intent(&txn, task.write.id, &place, now).await?;
    txn.commit()
        .await
        .map_err(|error| CallError::Unexpected(error.into()))?;
    task.write.remote_event_id = Some(draft.id.clone());
    let (draft, calendar) = (&draft, target.calendar_id.as_str());
    account
        .call(|token: SecretString| async move { google.insert_event(&token, calendar, draft).await })
        .await
}

async fn patch(
    task: &WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
    etag: Option<String>,
) -> Result<RemoteEvent, CallError> {
    let google = account.google;
    let draft = task.draft(account.app)?;
    let patch = EventPatch {
        summary: Some(draft.summary),
        description: Some(draft.description),
        starts: Some(draft.starts),
        ends: Some(draft.ends),
        time_zone: Some(draft.time_zone),
        status: None,
        conference_request_id: draft.conference_request_id,
        if_match: etag.filter(|etag| !etag.is_empty()),
    };
    let (patch, calendar, id) = (&patch, target.calendar_id.as_str(), draft.id.as_str());
    account
        .call(|token: SecretString| async move { google.patch_event(&token, calendar, id, patch).await })
        .await
}

/// Remembers that this calendar makes no Meet links.
async fn do_without_meet(
    task: &mut WriteTask,
    target: &mut Target,
    account: GoogleAccount<'_>,
) -> Result<(), CallError> {
    note_no_meet_links(account.app.db.writer(), target.connection.id, &target.calendar_id).await?;
    target.makes_meet_links = false;
    task.target = Some(target.clone());
    Ok(())
}
