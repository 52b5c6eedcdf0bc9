//! Sends a person to Google's consent page.

use jiff::SignedDuration;
use timetap_store::calendars::oauth_attempts::insert_attempt;
use timetap_store::entities::oauth_attempt;
use url::Url;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// How long a person may take on the consent page.
pub(super) const TRIP: SignedDuration = SignedDuration::from_mins(10);
/// Where the PKCE verifier stands, sealed for the login session.
pub(super) const VERIFIER_PLACE: &str = "oauth_attempts.verifier_sealed";

/// Why nobody can be sent there.
#[derive(Debug, thiserror::Error)]
pub enum BeginConnectError {
    /// The operator gave no Google credentials.
    #[error("Google is not set up in this TimeTap. Whoever runs it can add a Google client id and secret.")]
    NotConfigured,
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// The address of the consent page for this person in this login session. The trip is good for ten minutes and one return.
/// `account` (an address) preselects an account, for reconnecting.
///
/// # Errors
/// See [`BeginConnectError`].
pub async fn begin_connect(
    app: &TimeTap,
    user_id: Uuid,
    login_session_id: Uuid,
    account: Option<&str>,
) -> Result<Url, BeginConnectError> {
    let Some(google) = &app.google else {
        return Err(BeginConnectError::NotConfigured);
    };
    let now = app.clock.now();
    let state = app.entropy.token();
    let verifier = app.entropy.token().into();
    let attempt = oauth_attempt::Model {
        state_hash: token_hash(&state),
        user_id,
        login_session_id,
        provider: "google".to_owned(),
        verifier_sealed: app
            .keys
            .seal(&verifier, VERIFIER_PLACE, login_session_id, &app.entropy)?,
        created_at: now.into(),
        expires_at: now.saturating_add(TRIP).unwrap_or(now).into(),
        used_at: None,
    };
    insert_attempt(app.db.writer(), attempt)
        .await
        .map_err(Unexpected::from)?;
    Ok(google.begin(state, verifier, account))
}
