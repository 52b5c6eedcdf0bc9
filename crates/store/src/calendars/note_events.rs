//! Notes which events stand as they should, with everything that follows from it, however many there are.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use super::note_connection_state::note_successes;
use super::note_write::{WrittenEvent, note_written};
use crate::bookings::append_timeline::{self, TimelineEntry};
use crate::error::StoreError;
use crate::jobs::insert_job::{self, NewJob};
use crate::write_together::write_together;

/// What there is to note.
#[derive(Clone, Debug)]
pub struct NotedEvents<'a> {
    /// What each calendar write came to.
    pub written: &'a [(Uuid, WrittenEvent<'a>)],
    /// The connections that worked, each once.
    pub connections: &'a [Uuid],
    /// What is said of it in timelines.
    pub lines: &'a [TimelineEntry],
    /// The work that follows from it, of different dedupe keys.
    pub jobs: &'a [NewJob],
}

/// Notes all of it, or nothing. It would be found out again if it were lost, and noted once more without anybody noticing: so
/// on PostgreSQL the commit that follows need not wait for the disk. What is made durable after it takes it along. On SQLite
/// it is durable.
///
/// # Errors
/// The database refuses; then the transaction `on` has to be undone.
pub async fn note_events(on: &impl ConnectionTrait, noted: NotedEvents<'_>, now: Timestamp) -> Result<(), StoreError> {
    let backend = on.get_database_backend();
    let mut statements = Vec::new();
    if !noted.written.is_empty() {
        statements.push(note_written(backend, noted.written, now));
    }
    if !noted.connections.is_empty() {
        statements.push(note_successes(backend, noted.connections, now));
    }
    if !noted.lines.is_empty() {
        statements.push(append_timeline::insertion(backend, noted.lines, now));
    }
    if !noted.jobs.is_empty() {
        statements.push(insert_job::insertion(backend, noted.jobs, now));
    }
    if backend == DatabaseBackend::Postgres {
        let at_leisure = "SELECT set_config('synchronous_commit', 'off', TRUE)";
        statements.push(Statement::from_string(backend, at_leisure));
    }
    write_together(on, statements).await
}
