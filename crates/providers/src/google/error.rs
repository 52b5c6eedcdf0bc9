//! Every way in which Google says no, by name, and what each means for whoever asked.
//!
//! The classes follow Calendar's "Handle API errors" guide and RFC 6749 section 5.2. No variant carries a token, an
//! address or a link; texts that come from Google are redacted before they get here.

use std::time::Duration;

use thiserror::Error;

/// Why a request to Google did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GoogleError {
    /// 401: the access token is expired or revoked. A fresh one may help, once.
    #[error("the access token was not accepted (401)")]
    InvalidCredentials,
    /// The refresh token (or the code) is dead: revoked, unused for six months, or issued to a project in testing mode
    /// more than seven days ago. Only the person can mend it, by connecting again.
    #[error("the grant is no longer valid: {description}")]
    InvalidGrant {
        /// Google's explanation.
        description: String,
    },
    /// Any other refusal of the token or revocation endpoint, such as `invalid_client`.
    #[error("OAuth refused with {error}: {description}")]
    OAuth {
        /// The code of RFC 6749.
        error: String,
        /// Google's explanation; may be empty.
        description: String,
    },
    /// 429, or 403 with `rateLimitExceeded` or `userRateLimitExceeded`: both mean "slower".
    #[error("too many requests at the moment")]
    RateLimited {
        /// How long Google asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// A limit that takes hours to recover (`quotaExceeded`, `dailyLimitExceeded`).
    #[error("a usage limit of the calendar is reached")]
    QuotaExceeded,
    /// The grant does not cover this call: a box was unticked on the consent page.
    #[error("the permission for this was not granted")]
    InsufficientScope,
    /// Any other 403.
    #[error("not allowed: {reason}")]
    Forbidden {
        /// Google's reason word.
        reason: String,
    },
    /// 404: never existed, or not visible to this account.
    #[error("not found (404)")]
    NotFound,
    /// 409 `duplicate`: the calendar has, or had, an event with this id.
    #[error("an event with this id exists already (409)")]
    AlreadyExists,
    /// Any other 409: somebody wrote at the same time.
    #[error("conflicts with another change (409)")]
    Conflict,
    /// 410: deleted.
    #[error("deleted (410)")]
    Gone,
    /// 410 while listing: the sync token is too old, and everything must be listed afresh.
    #[error("the sync token is no longer valid (410)")]
    SyncTokenExpired,
    /// 412: the event changed since its etag was read.
    #[error("changed since it was last read (412)")]
    PreconditionFailed,
    /// Not an answer by itself: one answer says that an event is there, the next one that it is not, or every change meets
    /// another one.
    #[error("the answers about this event contradict each other")]
    Contradiction,
    /// 400 "Invalid conference type value.": the calendar cannot have Meet conferences.
    #[error("this calendar does not allow Google Meet")]
    ConferenceTypeNotAllowed,
    /// Any other 4xx: the request itself is wrong.
    #[error("the request was refused: {reason}: {message}")]
    BadRequest {
        /// Google's reason word.
        reason: String,
        /// Google's explanation, redacted.
        message: String,
    },
    /// 5xx, or another status with which Google does not answer such requests. The effect may have happened.
    #[error("the service is unavailable (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// How long Google asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No answer in time.
    #[error("no answer in time (sent: {sent})")]
    Timeout {
        /// Whether the request may have arrived; then its effect may have happened.
        sent: bool,
    },
    /// No connection, so certainly no effect.
    #[error("cannot be reached")]
    Unreachable,
    /// The connection broke after the request was sent, or the answer cannot be read. The effect may have happened.
    #[error("the answer was lost or cannot be read")]
    BrokenAnswer,
}

/// What to do about a [`GoogleError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Try again, with growing pauses.
    Transient,
    /// Try again, not before [`GoogleError::retry_after`].
    RateLimit,
    /// Try again after hours.
    Quota,
    /// Get a fresh access token and try again once; if that does not help, it is `Reauthorize`.
    AccessToken,
    /// Nothing helps but the person connecting again.
    Reauthorize,
    /// Google has another picture than we: look (get, list) and decide.
    Mismatch,
    /// Trying again will not help.
    Permanent,
}

impl GoogleError {
    /// A stable word for the database and the documents.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::InvalidGrant { .. } => "invalid_grant",
            Self::OAuth { .. } => "oauth_error",
            Self::RateLimited { .. } => "rate_limited",
            Self::QuotaExceeded => "quota_exceeded",
            Self::InsufficientScope => "insufficient_scope",
            Self::Forbidden { .. } => "forbidden",
            Self::NotFound => "not_found",
            Self::AlreadyExists => "already_exists",
            Self::Conflict => "conflict",
            Self::Gone => "gone",
            Self::SyncTokenExpired => "sync_token_expired",
            Self::PreconditionFailed => "precondition_failed",
            Self::Contradiction => "contradiction",
            Self::ConferenceTypeNotAllowed => "conference_type_not_allowed",
            Self::BadRequest { .. } => "bad_request",
            Self::Unavailable { .. } => "unavailable",
            Self::Timeout { .. } => "timeout",
            Self::Unreachable => "unreachable",
            Self::BrokenAnswer => "broken_answer",
        }
    }

    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidCredentials => ErrorKind::AccessToken,
            Self::InvalidGrant { .. } | Self::InsufficientScope => ErrorKind::Reauthorize,
            Self::RateLimited { .. } => ErrorKind::RateLimit,
            Self::QuotaExceeded => ErrorKind::Quota,
            Self::NotFound | Self::AlreadyExists | Self::Gone | Self::SyncTokenExpired | Self::PreconditionFailed => {
                ErrorKind::Mismatch
            }
            Self::OAuth { .. } | Self::Forbidden { .. } | Self::ConferenceTypeNotAllowed | Self::BadRequest { .. } => {
                ErrorKind::Permanent
            }
            Self::Conflict
            | Self::Contradiction
            | Self::Unavailable { .. }
            | Self::Timeout { .. }
            | Self::Unreachable
            | Self::BrokenAnswer => ErrorKind::Transient,
        }
    }

    /// How long Google asked to wait, if it did.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the effect may have happened although this error came back. Then look before writing again.
    pub fn may_have_happened(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::Timeout { sent: true } | Self::BrokenAnswer
        )
    }
}
