//! A person chooses which calendars count as busy, and which one receives the events.

use timetap_store::calendars::find_connection::{list_calendars, list_connections};
use timetap_store::calendars::note_connection_state::set_write_calendar;
use timetap_store::calendars::replace_calendars::choose_busy_calendars;
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What was chosen.
#[derive(Clone, Debug, Default)]
pub struct CalendarsForm {
    /// `{connection id}|{calendar id}` of every calendar that counts as busy.
    pub busy: Vec<String>,
    /// The same for the one that receives events; empty for none.
    pub write: String,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChooseCalendarsError {
    /// Messages at the fields `busy` and `write`.
    #[error("the choice cannot be kept")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for ChooseCalendarsError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Keeps the choice for all connected accounts of `user_id`, and looks at the busy times anew. Events that stand already
/// stay where they are.
///
/// # Errors
/// See [`ChooseCalendarsError`].
pub async fn choose_calendars(app: &TimeTap, user_id: Uuid, form: &CalendarsForm) -> Result<(), ChooseCalendarsError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let mut errors = FieldErrors::new();
    let mut known_busy = 0;
    let mut write_found = form.write.is_empty();
    for connection in list_connections(&txn, user_id).await? {
        if connection.status == "disconnected" {
            continue;
        }
        let calendars = list_calendars(&txn, connection.id).await?;
        let chosen = |value: &str, calendar: &str| value == calendar_key(connection.id, calendar);
        let busy: Vec<String> = calendars
            .iter()
            .filter(|calendar| form.busy.iter().any(|value| chosen(value, &calendar.calendar_id)))
            .map(|calendar| calendar.calendar_id.clone())
            .collect();
        known_busy += busy.len();
        let write = calendars
            .iter()
            .find(|calendar| chosen(&form.write, &calendar.calendar_id));
        if let Some(calendar) = write {
            write_found = true;
            if !calendar.writable {
                errors.add(
                    "write",
                    "You cannot add events to this calendar. Please choose another one.",
                );
            }
        }
        choose_busy_calendars(&txn, connection.id, &busy).await?;
        set_write_calendar(
            &txn,
            connection.id,
            write.map(|calendar| calendar.calendar_id.as_str()),
            now,
        )
        .await?;
        let job = Job::RefreshBusy {
            connection_id: connection.id,
        };
        enqueue_job(&txn, app, &job, When::Now).await?;
    }
    if !write_found {
        errors.add("write", "This calendar is no longer there. Please choose another one.");
    }
    if known_busy != form.busy.len() {
        errors.add(
            "busy",
            "One of these calendars is no longer there. Please choose again.",
        );
    }
    if !errors.is_empty() {
        return Err(ChooseCalendarsError::Invalid(errors));
    }
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}

/// How a calendar is named in the form.
pub(super) fn calendar_key(connection_id: Uuid, calendar_id: &str) -> String {
    format!("{connection_id}|{calendar_id}")
}
