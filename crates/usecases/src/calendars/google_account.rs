//! A connected Google account, as jobs use it: every call with a valid access token, refreshed by one task at a time, and
//! the one way in which a connection is found to need its owner.

use std::future::Future;
use std::time::Duration;

use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use timetap_providers::google::{ErrorKind, GoogleClient, GoogleError};
use timetap_store::StoreError;
use timetap_store::calendars::find_connection::find_connection;
use timetap_store::calendars::token_lease::{FreshTokens, drop_token_lease, save_tokens, take_token_lease};
use timetap_store::entities::calendar_connection;
use uuid::Uuid;

use crate::calendars::need_reconnect::need_reconnect;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Where the sealed tokens stand.
pub(super) const ACCESS_PLACE: &str = "calendar_connections.access_token_sealed";
/// Where the sealed tokens stand.
pub(super) const REFRESH_PLACE: &str = "calendar_connections.refresh_token_sealed";

/// An access token that lives no longer than this is replaced before it is used.
const SPARE: SignedDuration = SignedDuration::from_secs(60);
/// How long a task may take to refresh before another one may try.
const REFRESH_LEASE: SignedDuration = SignedDuration::from_secs(45);
/// How long to wait for the task that refreshes, and how often.
const WAIT: Duration = Duration::from_millis(100);
const WAITS: u32 = 300;

/// Why a call did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// Google said no.
    #[error(transparent)]
    Google(#[from] GoogleError),
    /// Something of our own broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for CallError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// The account behind one connection.
#[derive(Clone, Copy)]
pub(super) struct GoogleAccount<'a> {
    pub(super) app: &'a TimeTap,
    pub(super) google: &'a GoogleClient,
    pub(super) connection_id: Uuid,
}

/// An access token and how it stood in the database, which tells it from its successor.
struct Access {
    token: SecretString,
    sealed: String,
    /// The refresh token that belongs to it, as it stood in the database.
    refresh_sealed: String,
}

impl GoogleAccount<'_> {
    /// Makes a call. A refused access token is replaced once; where that does not help, or the grant is gone or too small,
    /// the connection is marked and its owner told.
    pub(super) async fn call<T, F, Fut>(&self, call: F) -> Result<T, CallError>
    where
        F: Fn(SecretString) -> Fut,
        Fut: Future<Output = Result<T, GoogleError>>,
    {
        let access = self.access(None).await?;
        let error = match call(access.token.clone()).await {
            Err(GoogleError::InvalidCredentials) => {
                let access = self.access(Some(&access.sealed)).await?;
                match call(access.token.clone()).await {
                    Err(error) => (error, access.refresh_sealed),
                    Ok(value) => return Ok(value),
                }
            }
            Err(error) => (error, access.refresh_sealed),
            Ok(value) => return Ok(value),
        };
        let (error, refresh_sealed) = error;
        if matches!(error.kind(), ErrorKind::Reauthorize | ErrorKind::AccessToken) {
            need_reconnect(self.app, self.connection_id, Some(&refresh_sealed), &error).await?;
        }
        Err(error.into())
    }

    /// A valid access token that is not `refused`.
    async fn access(&self, refused: Option<&str>) -> Result<Access, CallError> {
        let app = self.app;
        for _ in 0..WAITS {
            let connection = self.load().await?;
            let Some(refresh_sealed) = connection.refresh_token_sealed.clone() else {
                let error = GoogleError::InvalidGrant {
                    description: "there is no refresh token".to_owned(),
                };
                need_reconnect(app, self.connection_id, None, &error).await?;
                return Err(error.into());
            };
            if let Some(access) = self.stored(&connection, refused, &refresh_sealed)? {
                return Ok(access);
            }
            let now = app.clock.now();
            let until = now.saturating_add(REFRESH_LEASE).unwrap_or(now);
            if take_token_lease(app.db.writer(), self.connection_id, until, now).await? {
                // Somebody else may have refreshed between the look above and the lease.
                let current = find_connection(app.db.writer(), self.connection_id).await?;
                let fresh = current
                    .filter(|current| current.refresh_token_sealed.as_ref() == Some(&refresh_sealed))
                    .map(|current| self.stored(&current, refused, &refresh_sealed))
                    .transpose()?
                    .flatten();
                if let Some(access) = fresh {
                    drop_token_lease(app.db.writer(), self.connection_id).await?;
                    return Ok(access);
                }
                return self.refresh(refresh_sealed).await;
            }
            tokio::time::sleep(WAIT).await;
        }
        Err(GoogleError::Timeout { sent: false }.into())
    }

    async fn load(&self) -> Result<calendar_connection::Model, CallError> {
        // From the writer: a token that this process has just stored must be seen.
        let connection = find_connection(self.app.db.writer(), self.connection_id).await?;
        match connection {
            Some(connection) if !matches!(connection.status.as_str(), "disconnected" | "needs_reconnect") => {
                Ok(connection)
            }
            _ => Err(GoogleError::InvalidGrant {
                description: "the connection is not in use".to_owned(),
            }
            .into()),
        }
    }

    fn stored(
        &self,
        connection: &calendar_connection::Model,
        refused: Option<&str>,
        refresh_sealed: &str,
    ) -> Result<Option<Access>, CallError> {
        let (Some(sealed), Some(expires_at)) = (&connection.access_token_sealed, connection.access_token_expires_at)
        else {
            return Ok(None);
        };
        let left = expires_at.timestamp().duration_since(self.app.clock.now());
        if left <= SPARE || refused == Some(sealed.as_str()) {
            return Ok(None);
        }
        Ok(Some(Access {
            token: self.app.keys.open(sealed, ACCESS_PLACE, self.connection_id)?,
            sealed: sealed.clone(),
            refresh_sealed: refresh_sealed.to_owned(),
        }))
    }

    /// Refreshes, holding the lease.
    async fn refresh(&self, refresh_sealed: String) -> Result<Access, CallError> {
        let (app, id) = (self.app, self.connection_id);
        let refresh = app.keys.open(&refresh_sealed, REFRESH_PLACE, id)?;
        let grant = match self.google.refresh(&refresh).await {
            Ok(grant) => grant,
            Err(error) => {
                drop_token_lease(app.db.writer(), id).await?;
                if error.kind() == ErrorKind::Reauthorize {
                    need_reconnect(app, id, Some(&refresh_sealed), &error).await?;
                }
                return Err(error.into());
            }
        };
        let now = app.clock.now();
        let life = SignedDuration::try_from(grant.expires_in).unwrap_or(SPARE);
        let sealed = app.keys.seal(&grant.access_token, ACCESS_PLACE, id, &app.entropy)?;
        // Google sends no refresh token here as a rule; should it send one, it is the one to keep.
        let rotated = grant
            .refresh_token
            .filter(|new| new.expose_secret() != refresh.expose_secret())
            .map(|new| app.keys.seal(&new, REFRESH_PLACE, id, &app.entropy))
            .transpose()?;
        let tokens = FreshTokens {
            access: &sealed,
            expires_at: now.saturating_add(life).unwrap_or(now),
            refresh: rotated.as_deref(),
        };
        save_tokens(app.db.writer(), id, &refresh_sealed, &tokens).await?;
        Ok(Access {
            token: grant.access_token,
            sealed,
            refresh_sealed: rotated.unwrap_or(refresh_sealed),
        })
    }
}
