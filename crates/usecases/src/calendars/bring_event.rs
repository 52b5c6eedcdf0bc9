//! Brings the event at Google to what it should be, whatever is found there.

use secrecy::SecretString;
use timetap_core::calendar_write::Action;
use timetap_providers::google::GoogleError;
use timetap_providers::google::calendar::{Deleted, EventPatch, RemoteEvent};
use timetap_store::calendars::note_write::{Place, note_intents};
use timetap_store::calendars::replace_calendars::note_no_meet_links;
use timetap_store::jobs::lease::{Lease, hold_lease};

use crate::calendars::google_account::{CallError, GoogleAccount};
use crate::calendars::write_task::{Target, WriteTask};
use crate::platform::failpoint::Failpoint;

/// So many inserts and patches in one attempt: the first one, and one more after looking at what stands there. Whoever needs
/// a third one waits, or two parties that contradict each other would keep each other busy.
const MOST_WRITES: usize = 2;

/// What to do next.
enum Step {
    /// Put a new event there.
    Insert,
    /// See what stands there; `sure` where something certainly does.
    Look { sure: bool },
    /// Change what stands there, if it still has this etag.
    Patch { etag: Option<String> },
    /// Give up the id for a new one. Whatever may stand under the old one is taken away first.
    Replace,
}

/// Puts the event there or changes it (`action` is `Insert` or `Patch`), and returns it as Google has it then.
///
/// - An id that Google knows already (409) is looked at: ours is adopted, a deleted or foreign one gives way to a new id.
/// - A first insert whose answer was lost is looked for before it is repeated.
/// - A changed etag (412) means looking again; a deleted event is made anew under a new id.
/// - "It is gone" (404, 410) is never believed on one answer alone, because the event would then stand there twice: a patch
///   that hears it looks, and an id is given up only after a deletion has been answered.
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
    let mut writes = 0;
    loop {
        let (now_at, id) = (target.calendar_id.clone(), task.event_id());
        if matches!(step, Step::Insert | Step::Patch { .. }) {
            writes += 1;
        }
        // Whoever was refused the last time is not helped by another look.
        let refused = |next| match writes {
            MOST_WRITES.. => Err(CallError::from(GoogleError::Contradiction)),
            _ => Ok(next),
        };
        step = match step {
            Step::Insert => match insert(task, target, account, lease).await {
                Ok(event) => return Ok(event),
                Err(CallError::Google(GoogleError::AlreadyExists)) => refused(Step::Look { sure: true })?,
                Err(CallError::Google(GoogleError::ConferenceTypeNotAllowed)) if target.makes_meet_links => {
                    do_without_meet(task, target, account).await?;
                    refused(Step::Insert)?
                }
                Err(error) => return Err(error),
            },
            Step::Look { sure } => match look(account, &now_at, &id).await {
                Ok(event) if !task.owns(&event) || event.is_cancelled() => {
                    task.begin_generation();
                    Step::Insert
                }
                Ok(event) => {
                    if task.echoes(account.app, &event).await? {
                        return Ok(event);
                    }
                    Step::Patch { etag: Some(event.etag) }
                }
                Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => {
                    if sure || task.write.written_version.is_some() {
                        Step::Replace
                    } else {
                        Step::Insert
                    }
                }
                Err(error) => return Err(error),
            },
            Step::Patch { etag } => match patch(task, target, account, etag.clone()).await {
                Ok(event) if !event.is_cancelled() => return Ok(event),
                Ok(_) => {
                    task.begin_generation();
                    refused(Step::Insert)?
                }
                Err(CallError::Google(GoogleError::PreconditionFailed | GoogleError::NotFound | GoogleError::Gone)) => {
                    refused(Step::Look { sure: true })?
                }
                Err(CallError::Google(GoogleError::ConferenceTypeNotAllowed)) if target.makes_meet_links => {
                    do_without_meet(task, target, account).await?;
                    refused(Step::Patch { etag })?
                }
                Err(error) => return Err(error),
            },
            Step::Replace => {
                delete(account, &now_at, &id, task.is_staffs()).await?;
                task.begin_generation();
                Step::Insert
            }
        };
    }
}

/// Reads the event that stands there.
pub(super) async fn look(account: GoogleAccount<'_>, calendar: &str, id: &str) -> Result<RemoteEvent, CallError> {
    let google = account.google;
    account
        .call(|token: SecretString| async move { google.get_event(&token, calendar, id).await })
        .await
}

/// Takes the event away, if it is there and ours. That it is gone already is believed when two different requests agree.
pub(super) async fn remove_event(
    task: &WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
) -> Result<(), CallError> {
    let (calendar, id) = (target.calendar_id.as_str(), task.event_id());
    let mut seen_missing = false;
    if task.write.written_version.is_none() {
        // It was never seen there, so it may be missing, or not be ours.
        match look(account, calendar, &id).await {
            Ok(event) if event.is_cancelled() || !task.owns(&event) => return Ok(()),
            Ok(_) => {}
            Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => seen_missing = true,
            Err(error) => return Err(error),
        }
    }
    if delete(account, calendar, &id, task.is_staffs()).await? == Deleted::Now || seen_missing {
        return Ok(());
    }
    match look(account, calendar, &id).await {
        Ok(event) if event.is_cancelled() || !task.owns(&event) => Ok(()),
        Ok(_) => Err(GoogleError::Contradiction.into()),
        Err(CallError::Google(GoogleError::NotFound | GoogleError::Gone)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// `tell` guests: only the event of who serves has some.
async fn delete(account: GoogleAccount<'_>, calendar: &str, id: &str, tell: bool) -> Result<Deleted, CallError> {
    let google = account.google;
    Failpoint::BeforeDelete.reach().await;
    let answer = account
        .call(|token: SecretString| async move {
            if tell {
                google.delete_event(&token, calendar, id, None).await
            } else {
                google.delete_extra_event(&token, calendar, id, "", false).await
            }
        })
        .await;
    Failpoint::DeleteAnswered.reach().await;
    answer
}

async fn insert(
    task: &mut WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
    lease: Lease,
) -> Result<RemoteEvent, CallError> {
    let (google, app) = (account.google, account.app);
    let draft = task.draft(app).await?;
    if !std::mem::take(&mut task.place_is_noted) {
        let place = Place {
            connection_id: target.connection.id,
            calendar_id: &target.calendar_id,
            event_id: &draft.id,
            generation: task.write.generation,
        };
        let txn = app.db.begin_shared().await?;
        hold_lease(&txn, lease).await?;
        note_intents(&txn, &[(task.write.id, place)], app.clock.now()).await?;
        txn.commit()
            .await
            .map_err(|error| CallError::Unexpected(error.into()))?;
    }
    task.write.remote_event_id = Some(draft.id.clone());
    Failpoint::BeforeInsert.reach().await;
    let (draft, calendar) = (&draft, target.calendar_id.as_str());
    let answer = account
        .call(|token: SecretString| async move { google.insert_event(&token, calendar, draft).await })
        .await;
    Failpoint::InsertAnswered.reach().await;
    answer
}

async fn patch(
    task: &WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
    etag: Option<String>,
) -> Result<RemoteEvent, CallError> {
    let google = account.google;
    let draft = task.draft(account.app).await?;
    let stays = without_customer(task, target, account).await?;
    let patch = EventPatch {
        summary: Some(draft.summary),
        description: Some(draft.description),
        starts: Some(draft.starts),
        ends: Some(draft.ends),
        time_zone: Some(draft.time_zone),
        // A Meet is its own place; what else a host may have written there by hand stays.
        location: if task.is_staffs() && draft.location.is_none() {
            None
        } else {
            Some(draft.location.unwrap_or_default())
        },
        recurrence: (!draft.recurrence.is_empty()).then_some(draft.recurrence),
        transparent: draft.transparent,
        quiet: !task.is_staffs() || stays.is_some(),
        attendees: stays,
        status: None,
        conference_request_id: draft.conference_request_id,
        if_match: etag.filter(|etag| !etag.is_empty()),
    };
    let (patch, calendar, id) = (&patch, target.calendar_id.as_str(), draft.id.as_str());
    Failpoint::BeforePatch.reach().await;
    let answer = account
        .call(|token: SecretString| async move { google.patch_event(&token, calendar, id, patch).await })
        .await;
    Failpoint::PatchAnswered.reach().await;
    answer
}

/// Who stays invited, where the customer is to be taken off the list because they have an event of their own now: the
/// others, as Google has them. Nobody is told of it; the customer's own event says the same.
async fn without_customer(
    task: &WriteTask,
    target: &Target,
    account: GoogleAccount<'_>,
) -> Result<Option<Vec<serde_json::Value>>, CallError> {
    if !task.customer_has_own(account.app).await? {
        return Ok(None);
    }
    let event = look(account, &target.calendar_id, &task.event_id()).await?;
    let is_customer = |guest: &serde_json::Value| {
        let email = guest["email"].as_str().unwrap_or_default();
        email.eq_ignore_ascii_case(&task.appointment.customer_email)
    };
    let invited = event.attendees.iter().any(is_customer);
    Ok(invited.then(|| {
        event
            .attendees
            .into_iter()
            .filter(|guest| !is_customer(guest))
            .collect()
    }))
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
