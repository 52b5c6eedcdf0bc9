//! Every way in which Stripe says no, by name, and what each means for whoever asked (docs.stripe.com/api/errors,
//! docs.stripe.com/error-low-level). No variant carries a text of Stripe's: those may repeat what a customer typed.

use std::time::Duration;

/// Why a request to Stripe did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StripeError {
    /// 401 or 403: the secret key is wrong, revoked, or may not do this.
    #[error("the secret key is not accepted (status {status})")]
    Key {
        /// The HTTP status.
        status: u16,
    },
    /// 404: there is no such object, or it is another account's.
    #[error("not found (404)")]
    NotFound,
    /// 400 `idempotency_error`: the key was used for something else.
    #[error("the idempotency key was used for another request")]
    KeyUsedOtherwise,
    /// 409: a request with the same idempotency key is being worked on.
    #[error("the same request is being worked on (409)")]
    KeyInUse,
    /// 429.
    #[error("too many requests at the moment")]
    RateLimited {
        /// How long Stripe asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// Any other 4xx: the request itself cannot be done.
    #[error("refused: {code} {param}")]
    Refused {
        /// Stripe's code, or the type where it has none.
        code: String,
        /// Which parameter, or nothing.
        param: String,
    },
    /// 5xx. The effect may have happened, and under an idempotency key this answer is kept: ask under another one, after
    /// looking.
    #[error("the service is unavailable (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// How long Stripe asked to wait, if it said so.
        retry_after: Option<Duration>,
    },
    /// No answer in time. The effect may have happened; the same key finds it.
    #[error("no answer in time")]
    Timeout,
    /// No connection, so certainly no effect.
    #[error("cannot be reached")]
    Unreachable,
    /// The connection broke, or the answer cannot be read. The effect may have happened; the same key finds it.
    #[error("the answer was lost or cannot be read")]
    BrokenAnswer,
}

impl StripeError {
    /// A stable word for the database and the documents.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Key { .. } => "stripe_key",
            Self::NotFound => "stripe_not_found",
            Self::KeyUsedOtherwise => "stripe_key_used_otherwise",
            Self::KeyInUse => "stripe_key_in_use",
            Self::RateLimited { .. } => "rate_limited",
            Self::Refused { .. } => "stripe_refused",
            Self::Unavailable { .. } => "unavailable",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::BrokenAnswer => "broken_answer",
        }
    }

    /// Whether the same may succeed later. A key can be mended by the operator, so that waiting for it makes sense.
    pub const fn is_transient(&self) -> bool {
        !matches!(self, Self::NotFound | Self::KeyUsedOtherwise | Self::Refused { .. })
    }

    /// Whether Stripe keeps this very answer under the idempotency key of the request (`docs.stripe.com/api/idempotent_requests`:
    /// "including 500 errors"), so that only another key gets another answer.
    pub const fn is_kept(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. } | Self::KeyUsedOtherwise | Self::Refused { .. }
        )
    }

    /// How long Stripe asked to be left alone, if it did.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } | Self::Unavailable { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
