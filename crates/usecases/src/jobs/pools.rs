//! Who does what: independent groups of hands, so that mails go out while a calendar does not answer, and the other way
//! round.

/// Some kinds of job and the hands for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Which kinds, as in [`super::Job::kind`].
    pub kinds: &'static [&'static str],
    /// How many jobs at once.
    pub hands: u64,
    /// How many more may be claimed at most for hands that are still busy, so that none has to wait for the database: as
    /// many as they got through in the last moments ([`super::pace`]).
    pub ahead: u64,
    /// How many about one person's calendars, from the claim until what they came to is noted: one account that does not
    /// answer must not starve the others.
    pub per_lane: u64,
}

/// The pools of a worker. Every kind of job stands in exactly one.
pub const POOLS: [Pool; 4] = [
    // Many hands, because most of the time they wait for Google, and those of an account that hangs must not be missed.
    Pool {
        kinds: &[
            "write_calendar",
            "refresh_busy",
            "refresh_calendars",
            "reconcile_calendar",
        ],
        hands: 24,
        ahead: 144,
        per_lane: 2,
    },
    Pool {
        kinds: &["send_message"],
        hands: 4,
        ahead: 0,
        per_lane: 4,
    },
    // Money waits neither for calendars nor for mails. Stripe allows many more requests at once
    // (docs.stripe.com/rate-limits).
    Pool {
        kinds: &[
            "handle_stripe_event",
            "close_order",
            "refund",
            "cancel_subscription",
            "plan_subscription",
            "call_off_date",
        ],
        hands: 8,
        ahead: 0,
        per_lane: 8,
    },
    Pool {
        kinds: &["tidy_up", "plan_templates", "oversee"],
        hands: 1,
        ahead: 0,
        per_lane: 1,
    },
];

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::jobs::Job;

    #[test]
    fn every_kind_has_one_pool() {
        let id = Uuid::nil();
        for job in [
            Job::WriteCalendar { write_id: id },
            Job::SendMessage { message_id: id },
            Job::RefreshBusy { connection_id: id },
            Job::RefreshCalendars { connection_id: id },
            Job::ReconcileCalendar { connection_id: id },
            Job::HandleStripeEvent {
                event_id: String::new(),
            },
            Job::CloseOrder { order_id: id },
            Job::Refund { refund_id: id },
            Job::CancelSubscription { order_id: id },
            Job::PlanSubscription { subscription_id: id },
            Job::CallOffDate { occurrence_id: id },
            Job::Oversee {
                user_id: id,
                asked_at: 0,
            },
            Job::PlanTemplates {},
            Job::TidyUp {},
        ] {
            let pools = POOLS.iter().filter(|pool| pool.kinds.contains(&job.kind())).count();
            assert_eq!(pools, 1, "{}", job.kind());
        }
    }
}
