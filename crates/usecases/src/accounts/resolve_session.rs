//! Finds out who is behind a session's token, on every request; and notes now and then that the session is in use.

use jiff::SignedDuration;
use timetap_core::role::Role;
use timetap_store::accounts::find_session::find_session;
use timetap_store::accounts::touch_session;
use uuid::Uuid;

use crate::accounts::actor::Actor;
use crate::accounts::start_session::session_end;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// A session's use is noted at most this often.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub user_id: Uuid,
    /// The session in use.
    pub session_id: Uuid,
    /// How to address the person.
    pub name: String,
    /// The account's address.
    pub email: String,
    /// Whether that address was proven.
    pub email_verified: bool,
    /// What the person may do.
    pub role: Role,
    /// The address of the public page, where the person is a host who has chosen one.
    pub host_slug: Option<String>,
    /// Whether the session's use should be noted again: see [`touch_session()`].
    pub touch_due: bool,
}

impl SignedIn {
    /// The person as one who does something.
    pub fn actor(&self) -> Actor {
        Actor {
            user_id: self.user_id,
            role: self.role,
        }
    }
}

/// Who is behind the token of a session: nobody where it is unknown, has expired, or its owner is disabled. One query.
///
/// # Errors
/// The database refuses.
pub async fn resolve_session(app: &TimeTap, token: &str) -> Result<Option<SignedIn>, Unexpected> {
    let now = app.clock.now();
    let Some(row) = find_session(app.db.reader(), &token_hash(token), now).await? else {
        return Ok(None);
    };
    let role = row
        .role
        .parse()
        .map_err(|error| Unexpected::Inconsistent(format!("users.role of {}: {error}", row.user_id)))?;
    Ok(Some(SignedIn {
        user_id: row.user_id,
        session_id: row.session_id,
        name: row.name,
        email: row.email,
        email_verified: row.email_verified_at.is_some(),
        role,
        host_slug: row.host_slug,
        touch_due: now.duration_since(row.last_seen_at.timestamp()) >= NOTE_EVERY,
    }))
}

/// Notes that the session is in use, which lets it live on. The browser's cookie should be renewed with it.
///
/// # Errors
/// The database refuses.
pub async fn touch_session(app: &TimeTap, session_id: Uuid) -> Result<(), Unexpected> {
    let now = app.clock.now();
    touch_session::touch_session(app.db.writer(), session_id, session_end(now), now).await?;
    Ok(())
}
