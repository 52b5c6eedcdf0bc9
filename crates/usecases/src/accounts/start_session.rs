//! Signs a browser in.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use timetap_store::accounts::insert_session::{NewSession, insert_session};
use uuid::Uuid;

use crate::accounts::actor::Browser;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// A session lives so long after it was last used.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// When a session that is used `now` ends.
pub(super) fn session_end(now: Timestamp) -> Timestamp {
    now.saturating_add(SESSION_LIFETIME).unwrap_or(now)
}

/// Begins a session on the open transaction `on` and returns the token for the browser's cookie. Only its hash is stored.
pub(super) async fn start_session(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    browser: &Browser,
) -> Result<SecretString, Unexpected> {
    let now = app.clock.now();
    let token = app.entropy.token();
    let new = NewSession {
        id: app.entropy.uuid(now),
        token_hash: token_hash(&token),
        user_id,
        device: browser.device.chars().take(80).collect(),
        expires_at: session_end(now),
    };
    insert_session(on, &new, now).await?;
    Ok(SecretString::from(token))
}
