//! How one attempt at a job went, in the words of the work; the queue turns it into what happens next.

use std::time::Duration;

use jiff::Timestamp;

/// What an attempt came to. Errors of our own ([`crate::Unexpected`]) count as [`JobOutcome::Backoff`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobOutcome {
    /// The work is done, or there is nothing left to do.
    Done,
    /// The work is done, and in the transaction that noted its result the job was noted as done.
    Noted,
    /// Nothing went wrong; look again at this instant. Does not count as a failed attempt.
    Again {
        /// Not before.
        at: Timestamp,
    },
    /// It failed and may succeed later: try again after a growing pause, and rest among the dead letters after many tries.
    Backoff {
        /// A stable word, for the database and the admin's page.
        code: String,
        /// What happened, in words for the operator and the host. No addresses, names or tokens.
        message: String,
        /// How long the other side asked to be left alone, if it did.
        retry_after: Option<Duration>,
    },
    /// It waits for a person, such as a host who has to reconnect a calendar; what that person does wakes it again.
    Park {
        /// A stable word.
        code: String,
        /// What it waits for.
        message: String,
    },
    /// It failed for good; only a person's retry brings it back.
    Dead {
        /// A stable word.
        code: String,
        /// Why, in words.
        message: String,
    },
}

impl JobOutcome {
    /// A word for the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done | Self::Noted => "done",
            Self::Again { .. } => "again",
            Self::Backoff { .. } => "failed",
            Self::Park { .. } => "parked",
            Self::Dead { .. } => "dead",
        }
    }

    /// A failure that may pass, without a wish of the other side.
    pub fn backoff(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Backoff {
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    /// A failure that will not pass.
    pub fn dead(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Dead {
            code: code.into(),
            message: message.into(),
        }
    }
}
