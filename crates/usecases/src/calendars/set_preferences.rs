//! A person chooses what is done with a connected account: whether it is used at all, whether bookings are added by
//! themselves, and in which direction it is synced.

use timetap_store::calendars::find_connection::{find_connection, takes_events};
use timetap_store::calendars::list_upcoming::list_outdated_writes;
use timetap_store::calendars::note_connection_state::set_sync;
use timetap_store::calendars::note_write::note_fresh_start;
use timetap_store::jobs::supersede_resting::supersede_resting;
use uuid::Uuid;

use crate::calendars::add_upcoming::{Which, add_upcoming_on};
use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Whether the account is used at all.
    pub sync_enabled: bool,
    /// Whether bookings are added without their being asked for.
    pub auto_sync: bool,
    /// What is done with it.
    pub direction: Direction,
}

/// What is done with a connected account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Events are written there.
    Write,
    /// Busy times are read there.
    Read,
    /// Both.
    Both,
}

impl Direction {
    /// As stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Read => "read",
            Self::Both => "both",
        }
    }

    /// The opposite of [`Direction::as_str`]; [`Direction::Both`] for anything else.
    pub fn of(text: &str) -> Self {
        match text {
            "write" => Self::Write,
            "read" => Self::Read,
            _ => Self::Both,
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SetPreferencesError {
    /// There is no such connection of this person, or it is disconnected.
    #[error("There is no such connection.")]
    NotFound,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<timetap_store::StoreError> for SetPreferencesError {
    fn from(error: timetap_store::StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Keeps the choice. Where events are written again, what changed meanwhile is brought up to date, and what is missing is
/// added if bookings are added by themselves. Events that stand already stay, whatever is chosen.
///
/// # Errors
/// See [`SetPreferencesError`].
pub async fn set_preferences(
    app: &TimeTap,
    user_id: Uuid,
    connection_id: Uuid,
    chosen: Preferences,
) -> Result<(), SetPreferencesError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let was = find_connection(&txn, connection_id)
        .await?
        .filter(|connection| connection.user_id == user_id && connection.status != "disconnected")
        .ok_or(SetPreferencesError::NotFound)?;
    let sync = (chosen.sync_enabled, chosen.auto_sync, chosen.direction.as_str());
    set_sync(&txn, connection_id, sync, now).await?;
    let writes = chosen.sync_enabled && chosen.direction != Direction::Read;
    if writes && !takes_events(&was) {
        for write_id in list_outdated_writes(&txn, connection_id).await? {
            let job = Job::WriteCalendar { write_id };
            note_fresh_start(&txn, write_id, now).await?;
            supersede_resting(&txn, &job.dedupe_key(), now).await?;
            enqueue_job(&txn, app, &job, When::Now).await?;
        }
    }
    if writes && chosen.auto_sync && !(takes_events(&was) && was.auto_sync) {
        add_upcoming_on(&txn, app, user_id, Which::All).await?;
    }
    enqueue_job(&txn, app, &Job::RefreshBusy { connection_id }, When::Now).await?;
    txn.commit().await.map_err(Unexpected::from)?;
    app.signal.ring();
    Ok(())
}
