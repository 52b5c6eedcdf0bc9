//! Idempotency keys (`docs.stripe.com/api/idempotent_requests`): the first answer of a key is kept for a day, whatever
//! its status, once the request was at work; the same key with other parameters is refused, and so is a second
//! request while the first is at work.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::errors::StripeError;

const KEPT_SECONDS: i64 = 24 * 60 * 60;
const LONGEST: usize = 255;

/// The first answer of a key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub path: String,
    pub parameters: String,
    pub status: u16,
    pub body: String,
    pub request_id: String,
    pub at: i64,
}

/// The keys of the last day.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct IdempotencyBook {
    kept: BTreeMap<String, Kept>,
    /// Keys whose first request is at work.
    #[serde(skip)]
    in_use: BTreeSet<String>,
}

/// What to do with a request that carries a key.
pub(crate) enum Verdict {
    /// It is the first: do it.
    First,
    /// It was done: give the same answer.
    Replay(Box<Kept>),
}

impl IdempotencyBook {
    /// Compares the request with what the key was used for before.
    pub(crate) fn check(&mut self, key: &str, path: &str, parameters: &str, now: i64) -> Result<Verdict, StripeError> {
        if key.len() > LONGEST {
            return Err(StripeError::new(
                400,
                "idempotency_error",
                format!("An idempotency key can have at most {LONGEST} characters."),
            ));
        }
        if self.in_use.contains(key) {
            return Err(StripeError::new(
                409,
                "invalid_request_error",
                format!(
                    "There is currently another in-progress request using this Idempotent Key (that probably means \
                     you submitted twice, and the other request is still going through): {key}. Please try again later."
                ),
            )
            .code("idempotency_key_in_use"));
        }
        let Some(kept) = self.kept.get(key).filter(|kept| now - kept.at < KEPT_SECONDS) else {
            return Ok(Verdict::First);
        };
        if kept.path != path {
            return Err(StripeError::new(
                400,
                "idempotency_error",
                format!(
                    "Keys for idempotent requests can only be used for the same endpoint they were first used for \
                     ('{path}' vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                    kept.path
                ),
            ));
        }
        if kept.parameters != parameters {
            return Err(StripeError::new(
                400,
                "idempotency_error",
                format!(
                    "Keys for idempotent requests can only be used with the same parameters they were first used \
                     with. Try using a key other than '{key}' if you meant to execute a different request."
                ),
            ));
        }
        Ok(Verdict::Replay(Box::new(kept.clone())))
    }

    /// The key's first request begins its work.
    pub(crate) fn begin(&mut self, key: &str) {
        self.in_use.insert(key.to_owned());
    }

    /// The key's first request has ended its work.
    pub(crate) fn end(&mut self, key: &str) {
        self.in_use.remove(key);
    }

    /// Keeps the first answer, and now and then forgets those older than a day.
    pub(crate) fn keep(&mut self, key: &str, kept: Kept) {
        let now = kept.at;
        if self.kept.len().is_multiple_of(256) {
            self.kept.retain(|_, old| now - old.at < KEPT_SECONDS);
        }
        self.kept.insert(key.to_owned(), kept);
    }
}
