//! What can be decided about calendar writes while their jobs are being claimed: the place of an event that is made for the
//! first time is noted in the claim's own transaction, for all of them at once.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;
use timetap_core::calendar_write::{Action, decide};
use timetap_store::calendars::load_writes::lock_free_writes;
use timetap_store::calendars::note_write::{Place, note_intents};
use timetap_store::entities::job;
use uuid::Uuid;

use crate::calendars::load_task::make_task;
use crate::calendars::need_reconnect::is_in_use;
use crate::calendars::write_task::{Target, WriteTask};
use crate::jobs::Job;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A calendar write that only needs to be sent: once the transaction that claimed its job is durable, so is its place.
#[derive(Debug)]
pub(crate) struct Prepared(pub(super) WriteTask);

/// Prepares those of the just claimed `jobs` of the installation of that name that make an event for the first time, where nothing stands in the way; by job.
/// Everything else is left to the job itself.
///
/// # Errors
/// The database refuses. The transaction `on` has to be undone then.
pub(crate) async fn prepare_inserts(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    installation: &str,
    jobs: impl Iterator<Item = &job::Model>,
) -> Result<HashMap<Uuid, Prepared>, Unexpected> {
    // One that was tried before has a story of its own.
    let is_first = |job: &&job::Model| job.kind == Job::WRITE_CALENDAR && job.attempts == 0;
    let by_write: HashMap<Uuid, Uuid> = jobs
        .filter(is_first)
        .filter_map(|job| Some((job.subject_id?, job.id)))
        .collect();
    if by_write.is_empty() || app.google.is_none() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = by_write.keys().copied().collect();
    let loaded = lock_free_writes(on, &ids).await?.into_iter();
    let mut tasks: Vec<WriteTask> = loaded
        .filter(|loaded| loaded.write.remote_event_id.is_none())
        .map(|loaded| make_task(loaded, installation))
        .collect();
    tasks.retain(|task| insert_target(task).is_some());
    let events: Vec<String> = tasks.iter().map(WriteTask::event_id).collect();
    let intents: Vec<(Uuid, Place<'_>)> = tasks
        .iter()
        .zip(&events)
        .filter_map(|(task, event_id)| {
            let target = insert_target(task)?;
            let place = Place {
                connection_id: target.connection.id,
                calendar_id: &target.calendar_id,
                event_id,
                generation: task.write.generation,
            };
            Some((task.write.id, place))
        })
        .collect();
    note_intents(on, &intents, app.clock.now()).await?;
    let prepared = tasks.into_iter().filter_map(|task| {
        let job_id = by_write.get(&task.write.id)?;
        let task = WriteTask {
            place_is_noted: true,
            ..task
        };
        Some((*job_id, Prepared(task)))
    });
    Ok(prepared.collect())
}

/// Where the event is to be made, if that is what the task comes to.
fn insert_target(task: &WriteTask) -> Option<&Target> {
    let action = decide(task.desired(), task.written(), task.write.remote_event_id.is_some());
    let target = task.target.as_ref()?;
    (action == Action::Insert && is_in_use(&target.connection.status)).then_some(target)
}
