//! A connected Google account, as jobs use it: every call with a valid access token, refreshed by one task at a time, and
//! the one way in which a connection is found to need its owner.

use std::borrow::Cow;
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

use crate::calendars::need_reconnect::{is_in_use, need_reconnect};
use crate::jobs::work_on_job::lease_until;
use crate::platform::failpoint::Failpoint;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Where the sealed tokens stand.
pub(super) const ACCESS_PLACE: &str = "calendar_connections.access_token_sealed";
/// Where the sealed tokens stand.
pub(super) const REFRESH_PLACE: &str = "calendar_connections.refresh_token_sealed";

/// An access token that lives no longer than this is replaced before it is used.
const SPARE: SignedDuration = SignedDuration::from_secs(60);
/// How many sets of credentials a call tries, where they change while it is made.
const TRIES: u32 = 3;
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
    /// The connection as it was read a moment ago, so that the first call need not.
    pub(super) known: Option<&'a calendar_connection::Model>,
}

/// An access token and where it came from.
struct Access {
    token: SecretString,
    /// The refresh token that belongs to it, as it stood in the database.
    refresh_sealed: String,
}

impl GoogleAccount<'_> {
    /// Makes a call. A refused access token is replaced once; where that does not help, or the grant is gone or too small,
    /// the connection is marked and its owner told. Where the connection got other credentials meanwhile, they are tried:
    /// a refusal has no effect at Google.
    pub(super) async fn call<T, F, Fut>(&self, call: F) -> Result<T, CallError>
    where
        F: Fn(SecretString) -> Fut,
        Fut: Future<Output = Result<T, GoogleError>>,
    {
        let mut tries = TRIES;
        let mut known = self.known;
        loop {
            let (error, refresh_sealed) = match self.attempt(&call, known.take()).await? {
                Ok(value) => return Ok(value),
                Err(refused) => refused,
            };
            if !matches!(error.kind(), ErrorKind::Reauthorize | ErrorKind::AccessToken) {
                return Err(error.into());
            }
            let moved_on = !need_reconnect(self.app, self.connection_id, Some(&refresh_sealed), &error).await?;
            tries -= 1;
            if !moved_on || tries == 0 {
                return Err(error.into());
            }
        }
    }

    /// Makes a call with the token at hand, and once more with a fresh one where that is refused. A refusal comes with the
    /// refresh token that was in force, as it stood in the database.
    async fn attempt<T, F, Fut>(
        &self,
        call: &F,
        known: Option<&calendar_connection::Model>,
    ) -> Result<Result<T, (GoogleError, String)>, CallError>
    where
        F: Fn(SecretString) -> Fut,
        Fut: Future<Output = Result<T, GoogleError>>,
    {
        let access = self.access(None, known).await?;
        let answer = call(access.token.clone()).await;
        if !matches!(answer, Err(GoogleError::InvalidCredentials)) {
            return Ok(answer.map_err(|error| (error, access.refresh_sealed)));
        }
        let access = self.access(Some(&access.token), None).await?;
        Ok(call(access.token.clone())
            .await
            .map_err(|error| (error, access.refresh_sealed)))
    }

    /// A valid access token that is not `refused`; the one that is `known`, where it is still good.
    async fn access(
        &self,
        refused: Option<&SecretString>,
        mut known: Option<&calendar_connection::Model>,
    ) -> Result<Access, CallError> {
        let app = self.app;
        for _ in 0..WAITS {
            let connection = match known.take().filter(|known| is_in_use(&known.status)) {
                Some(known) => Cow::Borrowed(known),
                None => Cow::Owned(self.load().await?),
            };
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
            // It holds as long as the lease of the job that asks: where the program ends in the middle, both are free again at
            // the same time. Should a refresh take longer, a second one beside it does no harm.
            let (now, until) = (app.clock.now(), lease_until(app));
            if take_token_lease(app.db.writer(), self.connection_id, until, now).await? {
                // Somebody else may have refreshed, or sealed the token with another key, between the look above and the
                // lease: then that look was for nothing. From here on the refresh token stays as it is.
                let current = find_connection(app.db.writer(), self.connection_id)
                    .await?
                    .filter(|current| current.refresh_token_sealed.as_ref() == Some(&refresh_sealed));
                let Some(current) = current else {
                    drop_token_lease(app.db.writer(), self.connection_id).await?;
                    continue;
                };
                if let Some(access) = self.stored(&current, refused, &refresh_sealed)? {
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
        // A reader sees a token as soon as it is committed, and stands in nobody's way.
        let connection = find_connection(self.app.db.reader(), self.connection_id).await?;
        match connection {
            Some(connection) if is_in_use(&connection.status) => Ok(connection),
            _ => Err(GoogleError::InvalidGrant {
                description: "the connection is not in use".to_owned(),
            }
            .into()),
        }
    }

    fn stored(
        &self,
        connection: &calendar_connection::Model,
        refused: Option<&SecretString>,
        refresh_sealed: &str,
    ) -> Result<Option<Access>, CallError> {
        let (Some(sealed), Some(expires_at)) = (&connection.access_token_sealed, connection.access_token_expires_at)
        else {
            return Ok(None);
        };
        let left = expires_at.timestamp().duration_since(self.app.clock.now());
        if left <= SPARE {
            return Ok(None);
        }
        let token = match self.app.keys.open(sealed, ACCESS_PLACE, self.connection_id) {
            Ok(token) => token,
            // The refresh token brings a new one.
            Err(error @ Unexpected::Altered(_)) => {
                tracing::error!(connection = %self.connection_id, %error, "calendar: the access token is replaced");
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        // By the token itself: the same one may stand there sealed anew.
        if refused.is_some_and(|refused| refused.expose_secret() == token.expose_secret()) {
            return Ok(None);
        }
        Ok(Some(Access {
            token,
            refresh_sealed: refresh_sealed.to_owned(),
        }))
    }

    /// Refreshes, holding the lease.
    async fn refresh(&self, refresh_sealed: String) -> Result<Access, CallError> {
        let (app, id) = (self.app, self.connection_id);
        let refresh = match app.keys.open(&refresh_sealed, REFRESH_PLACE, id) {
            Ok(refresh) => refresh,
            Err(error) => {
                drop_token_lease(app.db.writer(), id).await?;
                return self.refuse_altered(&refresh_sealed, error).await;
            }
        };
        Failpoint::BeforeTokenExchange.reach().await;
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
        Failpoint::TokenExchanged.reach().await;
        save_tokens(app.db.writer(), id, &refresh_sealed, &tokens).await?;
        Failpoint::TokenStored.reach().await;
        Ok(Access {
            token: grant.access_token,
            refresh_sealed: rotated.unwrap_or(refresh_sealed),
        })
    }

    /// A refresh token that was sealed for another row opens nobody's calendar: its owner is asked to reconnect. Everything
    /// else, such as a key that is not configured, is for the operator, and the connection waits.
    async fn refuse_altered(&self, refresh_sealed: &str, error: Unexpected) -> Result<Access, CallError> {
        if !matches!(error, Unexpected::Altered(_)) {
            return Err(error.into());
        }
        tracing::error!(connection = %self.connection_id, %error, "calendar: the refresh token cannot be used");
        let lost = GoogleError::InvalidGrant {
            description: "the stored refresh token does not belong to this connection".to_owned(),
        };
        need_reconnect(self.app, self.connection_id, Some(refresh_sealed), &lost).await?;
        Err(lost.into())
    }
}
