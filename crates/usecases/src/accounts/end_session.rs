//! Signs browsers out: this one, another one, or all others.

use timetap_store::accounts::delete_sessions::{delete_session, delete_sessions};
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Ends one session of this person. Returns whether it was there: somebody else's never is.
///
/// # Errors
/// The database refuses.
pub async fn end_session(app: &TimeTap, user_id: Uuid, session_id: Uuid) -> Result<bool, Unexpected> {
    Ok(delete_session(app.db.writer(), user_id, session_id).await?)
}

/// Ends every session of this person but the one in use. Returns how many there were.
///
/// # Errors
/// The database refuses.
pub async fn end_other_sessions(app: &TimeTap, user_id: Uuid, current: Uuid) -> Result<u64, Unexpected> {
    Ok(delete_sessions(app.db.writer(), user_id, Some(current)).await?)
}
