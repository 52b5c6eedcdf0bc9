//! The way of a Meet link: asked for, waited for, there; or refused, asked for again, given up.

use jiff::{SignedDuration, Timestamp};
use timetap_providers::google::calendar::Conference;

use crate::calendars::write_task::{Target, WriteTask};

/// A conference that is pending for longer will never be ready.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// So many requests in a row, each under an id of its own; then a person has to ask.
const REQUESTS: i64 = 3;
/// The pause before asking again, times the number of refusals.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// Where the Meet link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// There is none and none is wished.
    None,
    /// Google is making it.
    Pending {
        /// Since when.
        asked_at: Timestamp,
        /// When to look.
        look_at: Timestamp,
    },
    /// There it is.
    Ready {
        /// The link.
        link: String,
    },
    /// Google could not; it is asked again, under another id.
    AskAgain {
        /// When.
        at: Timestamp,
        /// How often it was refused.
        refused: i64,
    },
    /// There will be none unless a person asks.
    GivenUp {
        /// A stable word.
        code: &'static str,
        /// Why, for the host.
        words: &'static str,
        /// How often it was refused.
        refused: i64,
    },
}

impl Course {
    /// When to look again; `None` where there is nothing more to do.
    pub(super) fn look_at(&self) -> Option<Timestamp> {
        match self {
            Self::Pending { look_at, .. } | Self::AskAgain { at: look_at, .. } => Some(*look_at),
            Self::None | Self::Ready { .. } | Self::GivenUp { .. } => None,
        }
    }

    /// As stored in `calendar_writes.conference_state`.
    pub(super) fn state(&self) -> &'static str {
        match self {
            Self::None | Self::AskAgain { .. } => "none",
            Self::Pending { .. } => "pending",
            Self::Ready { .. } => "ready",
            Self::GivenUp { .. } => "failed",
        }
    }
}

/// What follows from what Google `said` about the conference of the task's event. `asked` where this very request asked
/// for one.
pub(super) fn follow(task: &WriteTask, target: &Target, said: &Conference, asked: bool, now: Timestamp) -> Course {
    let refused = task.write.conference_attempt;
    if !task.wants_meet() {
        return Course::None;
    }
    match said {
        Conference::Ready { link } => Course::Ready { link: link.clone() },
        Conference::Pending => {
            let asked_at = match task.write.conference_asked_at {
                Some(at) if !asked => at.timestamp(),
                _ => now,
            };
            let age = now.duration_since(asked_at);
            if age > PATIENCE {
                return refuse(refused + 1, now);
            }
            Course::Pending {
                asked_at,
                look_at: later(now, pause(age)),
            }
        }
        Conference::None if !target.makes_meet_links => Course::GivenUp {
            code: "conference_type_not_allowed",
            words: "The event stands in your calendar, but this calendar cannot make Google Meet links. \
                    Please choose another calendar for your events, or another place for the service.",
            refused,
        },
        Conference::None | Conference::Failed => refuse(refused + 1, now),
    }
}

fn refuse(refused: i64, now: Timestamp) -> Course {
    if refused % REQUESTS == 0 {
        return Course::GivenUp {
            code: "conference_failed",
            words: "The event stands in your calendar, but Google could not make its Meet link. \
                    You can ask for it again, or send the customer a link of your own.",
            refused,
        };
    }
    let factor = i32::try_from(refused % REQUESTS).unwrap_or(1);
    Course::AskAgain {
        at: later(now, ASK_AGAIN.saturating_mul(factor)),
        refused,
    }
}

/// Often at first, because it is a matter of a second or two as a rule and somebody is watching.
fn pause(age: SignedDuration) -> SignedDuration {
    match age.as_secs() {
        ..5 => SignedDuration::from_millis(500),
        5..20 => SignedDuration::from_secs(2),
        20..60 => SignedDuration::from_secs(5),
        _ => SignedDuration::from_secs(20),
    }
}

fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.saturating_add(wait).unwrap_or(now)
}
