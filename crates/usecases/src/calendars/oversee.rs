//! Keeps the calendars of managers and administrators in step with what they are: whoever becomes the manager of somebody gets
//! events of what is to come, and whoever no longer is loses them, with the customers' details that stand in them.

use jiff::SignedDuration;
use sea_orm::ConnectionTrait;
use timetap_core::event_text::EventRole;
use timetap_store::bookings::lock_appointments::lock_appointments;
use timetap_store::calendars::list_overseen::{Overseen, list_overseen};
use timetap_store::calendars::upsert_write::WriteWish;
use uuid::Uuid;

use super::want_events::{queue_wishes, wish_of};
use crate::jobs::{Job, JobOutcome, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How long after the change it is looked for what follows from it. A booking that was being made in the same moment may have
/// read what was before, and has committed by then.
const LOOK_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// How many appointments are held at a time, so that nobody else waits long for one.
const AT_ONCE: usize = 50;

/// Queues, with the change of what `user_id` is or looks after, that their calendar follows it.
///
/// # Errors
/// The database refuses.
pub(crate) async fn follow_change(on: &impl ConnectionTrait, app: &TimeTap, user_id: Uuid) -> Result<(), Unexpected> {
    let now = app.clock.now();
    // A change in another second is another job: one that is about to begin looks too early for it.
    let asked_at = now.as_second();
    let at = now.saturating_add(LOOK_AFTER).unwrap_or(now);
    enqueue_job(on, app, &Job::Oversee { user_id, asked_at }, When::At(at)).await
}

/// Wishes for every appointment to come that stands in the calendar of `user_id` as a manager's or administrator's, or should,
/// what is right as they are now. Where that is so already, nothing is touched.
///
/// # Errors
/// The database refuses; what was noted until then stays noted.
pub(crate) async fn oversee(app: &TimeTap, user_id: Uuid) -> Result<JobOutcome, Unexpected> {
    let now = app.clock.now();
    let mut concerned = Vec::new();
    for seen in list_overseen(app.db.reader(), user_id, None, now).await? {
        if is_wrong(&seen) {
            concerned.push(seen.appointment_id);
        }
    }
    let (mut added, mut removed) = (0, 0);
    for some in concerned.chunks(AT_ONCE) {
        let wishes = oversee_these(app, user_id, some).await?;
        let gone = wishes.iter().filter(|wish| !wish.present).count();
        (added, removed) = (added + wishes.len() - gone, removed + gone);
    }
    if added + removed > 0 {
        tracing::info!(user = %user_id, added, removed, "calendar: follows whom its owner looks after");
        app.signal.ring();
    }
    Ok(JobOutcome::Done)
}

/// The same for these, decided under their locks: one that is being cancelled, or given to somebody else, in this moment is
/// looked at as it is afterwards.
async fn oversee_these(app: &TimeTap, user_id: Uuid, appointments: &[Uuid]) -> Result<Vec<WriteWish>, Unexpected> {
    let txn = app.db.begin().await?;
    let now = app.clock.now();
    lock_appointments(&txn, appointments).await?;
    let mut wishes = Vec::new();
    for seen in list_overseen(&txn, user_id, Some(appointments), now).await? {
        wishes.extend(wish(app, user_id, &seen)?);
    }
    queue_wishes(&txn, app, &wishes).await?;
    txn.commit().await?;
    Ok(wishes)
}

/// Whether what is wished is not what should be.
fn is_wrong(seen: &Overseen) -> bool {
    let wanted = seen.role.is_some();
    wanted != seen.standing.wished || (wanted && seen.role != seen.had_as)
}

/// What is to change; nothing where all is well.
fn wish(app: &TimeTap, user_id: Uuid, seen: &Overseen) -> Result<Option<WriteWish>, Unexpected> {
    if !is_wrong(seen) {
        return Ok(None);
    }
    let wanted = seen.role.is_some();
    let Some(role) = seen.role.as_ref().or(seen.had_as.as_ref()) else {
        return Ok(None);
    };
    let role = role.parse::<EventRole>();
    let role = role.map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
    let by_itself = seen.standing.is_added_by_itself();
    Ok(Some(wish_of(
        app,
        seen.appointment_id,
        (user_id, role),
        wanted,
        by_itself,
    )))
}
