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
    /// Do what an event of Stripe's makes necessary.
    HandleStripeEvent {
        /// Stripe's id of the event, as in `webhook_deliveries`.
        event_id: String,
    },
    /// End an order whose time to pay is over, or that was called off.
    CloseOrder {
        /// The row of `orders`.
        order_id: Uuid,
    },
    /// Give money back.
    Refund {
        /// The row of `refunds`.
        refund_id: Uuid,
    },
    /// End a subscription at Stripe.
    CancelSubscription {
        /// The row of `orders` that it began with.
        order_id: Uuid,
    },
    /// Book the weeks of a subscription that are in reach.
    PlanSubscription {
        /// The row of `subscriptions`.
        subscription_id: Uuid,
    },
    /// Cancel what is booked on a date that was called off.
    CallOffDate {
        /// The row of `occurrences`.
        occurrence_id: Uuid,
    },
    /// Bring what somebody's calendar has of other people's appointments in line with what that person is now.
    Oversee {
        /// The row of `users`.
        user_id: Uuid,
        /// When that changed, in epoch seconds; 0 for a look that no change asks for.
        asked_at: i64,
    },
    /// Put the dates of weekly times into the calendars of who serves them.
    PlanTemplates {},
    /// Remove what is old: finished jobs, dead sessions, used tokens, spent counters.
    TidyUp {},
}

impl Job {
    /// The kind of [`Self::WriteCalendar`].
    pub const WRITE_CALENDAR: &'static str = "write_calendar";

    /// The kind as it stands in the table.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WriteCalendar { .. } => Self::WRITE_CALENDAR,
            Self::SendMessage { .. } => "send_message",
            Self::RefreshBusy { .. } => "refresh_busy",
            Self::RefreshCalendars { .. } => "refresh_calendars",
            Self::ReconcileCalendar { .. } => "reconcile_calendar",
            Self::HandleStripeEvent { .. } => "handle_stripe_event",
            Self::CloseOrder { .. } => "close_order",
            Self::Refund { .. } => "refund",
            Self::CancelSubscription { .. } => "cancel_subscription",
            Self::PlanSubscription { .. } => "plan_subscription",
            Self::CallOffDate { .. } => "call_off_date",
            Self::Oversee { .. } => "oversee",
            Self::PlanTemplates {} => "plan_templates",
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
            Self::CloseOrder { order_id } | Self::CancelSubscription { order_id } => Some(*order_id),
            Self::Refund { refund_id } => Some(*refund_id),
            Self::PlanSubscription { subscription_id } => Some(*subscription_id),
            Self::CallOffDate { occurrence_id } => Some(*occurrence_id),
            Self::Oversee { user_id, .. } => Some(*user_id),
            Self::HandleStripeEvent { .. } | Self::PlanTemplates {} | Self::TidyUp {} => None,
        }
    }

    /// At most one job of this key waits at any time; a second one is folded into it.
    pub fn dedupe_key(&self) -> String {
        match self {
            Self::HandleStripeEvent { event_id } => return format!("{}:{event_id}", self.kind()),
            Self::Oversee { user_id, asked_at } => return format!("{}:{user_id}:{asked_at}", self.kind()),
            _ => {}
        }
        match self.subject() {
            Some(subject) => format!("{}:{subject}", self.kind()),
            None => self.kind().to_owned(),
        }
    }

    /// Whether the work queues itself again and again, or has to come to its end: then no number of failures lays it to rest.
    pub fn goes_on_for_ever(&self) -> bool {
        matches!(
            self,
            Self::RefreshBusy { .. }
                | Self::ReconcileCalendar { .. }
                | Self::CloseOrder { .. }
                | Self::CallOffDate { .. }
                | Self::PlanTemplates {}
                | Self::TidyUp {}
        )
    }

    /// Smaller goes first: what a customer is waiting for, before mails, before housekeeping.
    pub fn priority(&self) -> i64 {
        match self {
            Self::WriteCalendar { .. }
            | Self::HandleStripeEvent { .. }
            | Self::CloseOrder { .. }
            | Self::CallOffDate { .. }
            | Self::Refund { .. } => 10,
            Self::SendMessage { .. } | Self::CancelSubscription { .. } => 20,
            Self::RefreshBusy { .. } | Self::RefreshCalendars { .. } => 30,
            Self::PlanSubscription { .. } | Self::Oversee { .. } => 40,
            Self::ReconcileCalendar { .. } | Self::PlanTemplates {} => 80,
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
            Job::HandleStripeEvent {
                event_id: "evt_1".to_owned(),
            },
            Job::CloseOrder {
                order_id: Uuid::from_u128(10),
            },
            Job::Refund {
                refund_id: Uuid::from_u128(11),
            },
            Job::CancelSubscription {
                order_id: Uuid::from_u128(10),
            },
            Job::PlanSubscription {
                subscription_id: Uuid::from_u128(12),
            },
            Job::CallOffDate {
                occurrence_id: Uuid::from_u128(13),
            },
            Job::Oversee {
                user_id: Uuid::from_u128(14),
                asked_at: 1_795_000_000,
            },
            Job::PlanTemplates {},
            Job::TidyUp {},
        ] {
            let json = serde_json::to_value(&job).unwrap();
            assert_eq!(json["kind"], job.kind());
            assert_eq!(serde_json::from_value::<Job>(json).unwrap(), job);
        }
    }

    #[test]
    fn two_events_are_two_jobs() {
        let job = |id: &str| Job::HandleStripeEvent {
            event_id: id.to_owned(),
        };
        assert_ne!(job("evt_1").dedupe_key(), job("evt_2").dedupe_key());
    }
}
