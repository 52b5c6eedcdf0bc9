//! The kinds of durable work, as they stand in the queue.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One piece of work. The name of the variant in snake case is the `kind` in the table, its fields are the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum Job {
    /// Bring one person's calendar to what is desired for one appointment.
    WriteCalendar {
        /// The row of `calendar_writes`.
        write_id: Uuid,
    },
    /// Send one e-mail.
    SendMessage {
        /// The row of `messages`.
        message_id: Uuid,
    },
    /// Ask a connected account when its owner is busy.
    RefreshBusy {
        /// The row of `calendar_connections`.
        connection_id: Uuid,
    },
    /// Refresh the list of calendars of a connected account.
    RefreshCalendars {
        /// The row of `calendar_connections`.
        connection_id: Uuid,
    },
    /// Compare what stands in a connected account's calendars with what we know.
    ReconcileCalendar {
        /// The row of `calendar_connections`.
        connection_id: Uuid,
    },
    /// Remove what is old: finished jobs, dead sessions, used tokens, spent counters.
    TidyUp {},
}

impl Job {
    /// The kind as it stands in the table.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WriteCalendar { .. } => "write_calendar",
            Self::SendMessage { .. } => "send_message",
            Self::RefreshBusy { .. } => "refresh_busy",
            Self::RefreshCalendars { .. } => "refresh_calendars",
            Self::ReconcileCalendar { .. } => "reconcile_calendar",
            Self::TidyUp {} => "tidy_up",
        }
    }

    /// The row that the work is about, by which it is found and woken.
    pub fn subject(&self) -> Option<Uuid> {
        match self {
            Self::WriteCalendar { write_id } => Some(*write_id),
            Self::SendMessage { message_id } => Some(*message_id),
            Self::RefreshBusy { connection_id }
            | Self::RefreshCalendars { connection_id }
            | Self::ReconcileCalendar { connection_id } => Some(*connection_id),
            Self::TidyUp {} => None,
        }
    }

    /// At most one job of this key waits at any time; a second one is folded into it.
    pub fn dedupe_key(&self) -> String {
        match self.subject() {
            Some(subject) => format!("{}:{subject}", self.kind()),
            None => self.kind().to_owned(),
        }
    }

    /// Whether the work queues itself again and again: then no number of failures lays it to rest.
    pub fn goes_on_for_ever(&self) -> bool {
        matches!(
            self,
            Self::RefreshBusy { .. } | Self::ReconcileCalendar { .. } | Self::TidyUp {}
        )
    }

    /// Smaller goes first: what a customer is waiting for, before mails, before housekeeping.
    pub fn priority(&self) -> i64 {
        match self {
            Self::WriteCalendar { .. } => 10,
            Self::SendMessage { .. } => 20,
            Self::RefreshBusy { .. } | Self::RefreshCalendars { .. } => 30,
            Self::ReconcileCalendar { .. } => 80,
            Self::TidyUp {} => 90,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_and_payload_round_trip() {
        for job in [
            Job::WriteCalendar {
                write_id: Uuid::from_u128(7),
            },
            Job::SendMessage {
                message_id: Uuid::from_u128(8),
            },
            Job::RefreshBusy {
                connection_id: Uuid::from_u128(9),
            },
            Job::RefreshCalendars {
                connection_id: Uuid::from_u128(9),
            },
            Job::ReconcileCalendar {
                connection_id: Uuid::from_u128(9),
            },
            Job::TidyUp {},
        ] {
            let json = serde_json::to_value(&job).unwrap();
            assert_eq!(json["kind"], job.kind());
            assert_eq!(serde_json::from_value::<Job>(json).unwrap(), job);
        }
    }
}
