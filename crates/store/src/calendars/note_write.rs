//! How far a calendar write got.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement, Value};
use uuid::Uuid;

use crate::error::StoreError;
use crate::given_rows::{GivenRows, Kind};

/// Where an event stands, or is about to stand.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Through which connection.
    pub connection_id: Uuid,
    /// In which calendar.
    pub calendar_id: &'a str,
    /// Under which id.
    pub event_id: &'a str,
    /// Which generation of ids that is.
    pub generation: i64,
}

/// What a calendar was told.
#[derive(Clone, Debug)]
pub struct WrittenEvent<'a> {
    /// Where the event stands.
    pub place: Place<'a>,
    /// Which version of the wish.
    pub version: i64,
    /// The event's etag, empty where the provider gives none.
    pub etag: &'a str,
    /// Where its owner sees it.
    pub html_link: Option<&'a str>,
    /// `none`, `pending`, `ready` or `failed`.
    pub conference_state: &'static str,
    /// How often a conference was asked for and refused.
    pub conference_attempt: i64,
    /// Since when a conference is being waited for.
    pub conference_asked_at: Option<Timestamp>,
    /// Code and words, where the event stands but not all is well with it.
    pub complaint: Option<(&'static str, String)>,
}

async fn run(on: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, StoreError> {
    Ok(on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?
        .rows_affected())
}

/// Notes, before new events are sent out, where each of them will stand: should an answer be lost, it is looked for there.
/// One statement; the writes must differ.
///
/// # Errors
/// The database refuses.
pub async fn note_intents(
    on: &impl ConnectionTrait,
    intents: &[(Uuid, Place<'_>)],
    now: Timestamp,
) -> Result<(), StoreError> {
    if intents.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = intents
        .iter()
        .map(|(write_id, place)| {
            [
                (*write_id).into(),
                place.connection_id.into(),
                place.calendar_id.into(),
                place.event_id.into(),
                place.generation.into(),
            ]
        })
        .collect();
    let columns = [
        ("write_id", Kind::Id),
        ("connection_id", Kind::Id),
        ("calendar_id", Kind::Text),
        ("event_id", Kind::Text),
        ("generation", Kind::Number),
    ];
    let given = GivenRows::new(on.get_database_backend(), "intent", columns, &rows);
    let sql = format!(
        "WITH {given} UPDATE calendar_writes SET connection_id = intent.connection_id, calendar_id = intent.calendar_id, \
         remote_event_id = intent.event_id, generation = intent.generation, written_version = NULL, etag = NULL, \
         html_link = NULL, conference_state = 'none', conference_asked_at = NULL, updated_at = ${now} \
         FROM intent WHERE {joined}",
        given = given.table(),
        joined = given.joined("calendar_writes.id", "write_id"),
        now = given.next(),
    );
    run(on, &sql, given.values([now.as_millisecond().into()]))
        .await
        .map(|_| ())
}

/// The statement that notes of each write that its event stands as it should for the event's version. Where more was wished
/// meanwhile, the write stays pending. The writes must differ.
pub(super) fn note_written(
    backend: DatabaseBackend,
    written: &[(Uuid, WrittenEvent<'_>)],
    now: Timestamp,
) -> Statement {
    let rows: Vec<_> = written
        .iter()
        .map(|(write_id, event)| {
            let (code, words) = event.complaint.clone().unzip();
            [
                (*write_id).into(),
                event.place.connection_id.into(),
                event.place.calendar_id.into(),
                event.place.event_id.into(),
                event.place.generation.into(),
                event.version.into(),
                Some(event.etag).filter(|etag| !etag.is_empty()).into(),
                event.html_link.into(),
                event.conference_state.into(),
                event.conference_attempt.into(),
                event.conference_asked_at.map(Timestamp::as_millisecond).into(),
                code.into(),
                words.into(),
            ]
        })
        .collect();
    let columns = [
        ("write_id", Kind::Id),
        ("connection_id", Kind::Id),
        ("calendar_id", Kind::Text),
        ("event_id", Kind::Text),
        ("generation", Kind::Number),
        ("version", Kind::Number),
        ("etag", Kind::Text),
        ("html_link", Kind::Text),
        ("conference_state", Kind::Text),
        ("conference_attempt", Kind::Number),
        ("conference_asked_at", Kind::Number),
        ("code", Kind::Text),
        ("words", Kind::Text),
    ];
    let given = GivenRows::new(backend, "told", columns, &rows);
    let sql = format!(
        "WITH {given} UPDATE calendar_writes SET connection_id = told.connection_id, calendar_id = told.calendar_id, \
         remote_event_id = told.event_id, generation = told.generation, written_version = told.version, etag = told.etag, \
         html_link = told.html_link, conference_state = told.conference_state, \
         conference_attempt = told.conference_attempt, conference_asked_at = told.conference_asked_at, \
         last_error_code = told.code, last_error = told.words, attempts = 0, next_attempt_at = NULL, \
         state = CASE WHEN desired_present AND desired_version = told.version THEN 'written' ELSE 'pending' END, \
         updated_at = ${now} FROM told WHERE {joined}",
        given = given.table(),
        joined = given.joined("calendar_writes.id", "write_id"),
        now = given.next(),
    );
    Statement::from_sql_and_values(backend, sql, given.values([now.as_millisecond().into()]))
}

/// Notes that no event stands in the calendar. Its id is spent, so the next one belongs to a new generation.
///
/// # Errors
/// The database refuses.
pub async fn note_removed(on: &impl ConnectionTrait, write_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_writes SET \
               generation = CASE WHEN remote_event_id IS NULL THEN generation ELSE generation + 1 END, \
               remote_event_id = NULL, written_version = NULL, etag = NULL, html_link = NULL, conference_state = 'none', \
               conference_asked_at = NULL, last_error_code = NULL, last_error = NULL, attempts = 0, next_attempt_at = NULL, \
               state = CASE WHEN desired_present THEN 'pending' ELSE 'removed' END, updated_at = $2 WHERE id = $1";
    run(on, sql, [write_id.into(), now.as_millisecond().into()])
        .await
        .map(|_| ())
}

/// Notes a state that is not a success, with code and words. `failed_once` counts one more failed attempt.
///
/// # Errors
/// The database refuses.
pub async fn note_trouble(
    on: &impl ConnectionTrait,
    write_id: Uuid,
    state: &'static str,
    (code, words): (&str, &str),
    failed_once: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_writes SET state = $2, last_error_code = $3, last_error = $4, attempts = attempts + $5, \
               next_attempt_at = NULL, updated_at = $6 WHERE id = $1";
    let values = [
        write_id.into(),
        state.into(),
        code.into(),
        words.into(),
        i64::from(failed_once).into(),
        now.as_millisecond().into(),
    ];
    run(on, sql, values).await.map(|_| ())
}

/// Lets a write begin anew after a person asked for it; a conference that failed is asked for once more.
///
/// # Errors
/// The database refuses.
pub async fn note_fresh_start(on: &impl ConnectionTrait, write_id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_writes SET state = 'pending', attempts = 0, last_error_code = NULL, last_error = NULL, \
               next_attempt_at = NULL, conference_asked_at = NULL, \
               conference_state = CASE WHEN conference_state = 'failed' THEN 'none' ELSE conference_state END, \
               updated_at = $2 WHERE id = $1";
    run(on, sql, [write_id.into(), now.as_millisecond().into()])
        .await
        .map(|_| ())
}

/// Sets an appointment's Meet link. Returns whether that changed anything.
///
/// # Errors
/// The database refuses.
pub async fn set_meet_link(
    on: &impl ConnectionTrait,
    appointment_id: Uuid,
    link: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE appointments SET meet_link = $2, updated_at = $3 \
               WHERE id = $1 AND (meet_link IS NULL OR meet_link <> $2)";
    let values = [appointment_id.into(), link.into(), now.as_millisecond().into()];
    Ok(run(on, sql, values).await? == 1)
}
