//! Where an order stands: worked out from what is known of it, so that facts may come twice, late and in any order.

text_enum! {
    /// Where an order stands.
    pub enum OrderStatus: "order status" {
        /// Put together; nobody was asked for money yet.
        Draft = "draft",
        /// The customer is asked to pay; its times are held.
        AwaitingPayment = "awaiting_payment",
        /// Paid, or there was nothing to pay.
        Paid = "paid",
        /// Called off before anything was paid.
        Cancelled = "cancelled",
        /// The time to pay ran out.
        Expired = "expired",
        /// A part of what was paid went back.
        PartlyRefunded = "partly_refunded",
        /// All that was paid went back.
        Refunded = "refunded",
        /// The customer's bank wants the money back.
        Disputed = "disputed",
    }
}

impl OrderStatus {
    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Not ordered yet",
            Self::AwaitingPayment => "Awaiting payment",
            Self::Paid => "Paid",
            Self::Cancelled => "Cancelled",
            Self::Expired => "Expired",
            Self::PartlyRefunded => "Partly refunded",
            Self::Refunded => "Refunded",
            Self::Disputed => "Disputed",
        }
    }

    /// Whether it was paid at some time, so that each of its items is booked or refunded.
    pub const fn was_paid(self) -> bool {
        matches!(
            self,
            Self::Paid | Self::PartlyRefunded | Self::Refunded | Self::Disputed
        )
    }

    /// Whether an order may go from here to `to`, as facts come in.
    pub const fn can_become(self, to: Self) -> bool {
        match self {
            Self::Draft => matches!(to, Self::AwaitingPayment | Self::Paid | Self::Cancelled),
            // Money counts whenever it comes, also after the hold ran out; it is booked or given back then.
            Self::AwaitingPayment => matches!(to, Self::Cancelled | Self::Expired) || to.was_paid(),
            Self::Cancelled | Self::Expired => to.was_paid(),
            Self::Paid => matches!(to, Self::PartlyRefunded | Self::Refunded | Self::Disputed),
            Self::PartlyRefunded => matches!(to, Self::Paid | Self::Refunded | Self::Disputed),
            // A refund can fail after it was believed to be done.
            Self::Refunded => matches!(to, Self::Paid | Self::PartlyRefunded | Self::Disputed),
            Self::Disputed => matches!(to, Self::Paid | Self::PartlyRefunded | Self::Refunded),
        }
    }
}

text_enum! {
    /// How an order ended that was never paid.
    pub enum Closed: "end of an order" {
        /// The time to pay ran out, or the payment failed for good.
        Expired = "expired",
        /// Somebody called it off.
        Cancelled = "cancelled",
    }
}

text_enum! {
    /// How a dispute stands.
    pub enum Dispute: "state of a dispute" {
        /// The money is withheld.
        Open = "open",
        /// The money is ours again, or was never taken.
        Won = "won",
        /// The money is gone.
        Lost = "lost",
    }
}

/// What is known of an order. Each fact is noted as soon as it is known and only grows or is replaced by what the payment
/// provider says now, never by the order in which news of it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderFacts {
    /// Whether the customer was asked to pay.
    pub asked: bool,
    /// Whether it is paid, or confirmed where there was nothing to pay.
    pub confirmed: bool,
    /// What came in, in minor units.
    pub paid_minor: i64,
    /// What went back, in minor units.
    pub refunded_minor: i64,
    /// How it ended without being paid.
    pub closed: Option<Closed>,
    /// The dispute about it.
    pub dispute: Option<Dispute>,
}

impl OrderFacts {
    /// Where the order stands.
    pub const fn status(&self) -> OrderStatus {
        if self.confirmed {
            return match self.dispute {
                Some(Dispute::Open | Dispute::Lost) => OrderStatus::Disputed,
                _ if self.refunded_minor <= 0 => OrderStatus::Paid,
                _ if self.refunded_minor < self.paid_minor => OrderStatus::PartlyRefunded,
                _ => OrderStatus::Refunded,
            };
        }
        match self.closed {
            Some(Closed::Expired) => OrderStatus::Expired,
            Some(Closed::Cancelled) => OrderStatus::Cancelled,
            None if self.asked => OrderStatus::AwaitingPayment,
            None => OrderStatus::Draft,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum News {
        Asked,
        Paid,
        Closed(Closed),
        Refunded(i64),
        Dispute(Dispute),
    }

    /// As the program notes them: amounts only grow, the first end stands, a decided dispute stays decided.
    fn note(facts: &mut OrderFacts, news: News) {
        match news {
            News::Asked => facts.asked = true,
            News::Paid => (facts.confirmed, facts.paid_minor) = (true, 100),
            News::Closed(closed) => facts.closed = facts.closed.or(Some(closed)),
            News::Refunded(all) => facts.refunded_minor = facts.refunded_minor.max(all),
            News::Dispute(Dispute::Open) => facts.dispute = facts.dispute.or(Some(Dispute::Open)),
            News::Dispute(decided) => facts.dispute = Some(decided),
        }
    }

    fn news() -> impl Strategy<Value = News> {
        prop_oneof![
            Just(News::Asked),
            Just(News::Paid),
            Just(News::Closed(Closed::Expired)),
            (1..=100_i64).prop_map(News::Refunded),
            Just(News::Dispute(Dispute::Open)),
            Just(News::Dispute(Dispute::Won)),
        ]
    }

    proptest! {
        #[test]
        fn the_order_in_which_news_come_does_not_matter(
            (told, again) in prop::collection::vec(news(), 0..8)
                .prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())),
        ) {
            let run = |all: &[News]| {
                let mut facts = OrderFacts::default();
                for news in all {
                    note(&mut facts, *news);
                }
                facts.status()
            };
            prop_assert_eq!(run(&told), run(&again));
        }

        #[test]
        fn every_step_is_a_legal_one(told in prop::collection::vec(news(), 0..12)) {
            let mut facts = OrderFacts::default();
            for news in told {
                // Nobody gives back or disputes what never came, and what is asked is asked first.
                if !facts.confirmed && matches!(news, News::Refunded(_) | News::Dispute(_)) {
                    continue;
                }
                if !facts.asked {
                    note(&mut facts, News::Asked);
                }
                let from = facts.status();
                note(&mut facts, news);
                let to = facts.status();
                prop_assert!(from == to || from.can_become(to), "{from} → {to} by {news:?}");
            }
        }
    }

    #[test]
    fn late_money_counts_and_nothing_else_wakes_the_dead() {
        for closed in [OrderStatus::Expired, OrderStatus::Cancelled] {
            for to in OrderStatus::ALL {
                assert_eq!(closed.can_become(*to), to.was_paid(), "{closed} → {to}");
            }
        }
    }

    #[test]
    fn a_free_order_is_paid_by_being_confirmed() {
        let facts = OrderFacts {
            confirmed: true,
            ..OrderFacts::default()
        };
        assert_eq!(facts.status(), OrderStatus::Paid);
    }
}
