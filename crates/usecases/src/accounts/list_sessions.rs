//! Shows people where they are signed in.

use jiff::Timestamp;
use timetap_store::accounts::list_sessions;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub id: Uuid,
    /// A few words about the browser.
    pub device: String,
    /// When it was signed in.
    pub since: Timestamp,
    /// When it was last used, to about five minutes.
    pub last_seen: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The living sessions of this person: the one in use first, then the last used.
///
/// # Errors
/// The database refuses.
pub async fn list_sessions(app: &TimeTap, user_id: Uuid, current: Uuid) -> Result<Vec<SessionView>, Unexpected> {
    let rows = list_sessions::list_sessions(app.db.reader(), user_id, app.clock.now()).await?;
    let mut sessions: Vec<SessionView> = rows
        .into_iter()
        .map(|row| SessionView {
            id: row.id,
            device: row.device,
            since: row.created_at.timestamp(),
            last_seen: row.last_seen_at.timestamp(),
            current: row.id == current,
        })
        .collect();
    sessions.sort_by_key(|session| !session.current);
    Ok(sessions)
}
