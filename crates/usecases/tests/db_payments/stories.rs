//! What may happen to an order at Stripe, chapter by chapter, and what must have come of it in the end.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, Statement};
use timetap_sandbox::PayWith;
use timetap_testing::ShopScene;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{DraftItem, Placed};
use timetap_usecases::payments::{cancel_item, look_at_payment};
use uuid::Uuid;

use super::support::{DAY, Till, customer};

/// Something that somebody does, or that the clock does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Pay,
    Decline,
    /// By a card that asks for 3-D Secure.
    AskAuthentication,
    Authenticate(bool),
    /// By a debit that is on its way for days.
    Debit,
    Settle(bool),
    Expire,
    /// In the last minute, while somebody else takes it after the hold.
    PayWhenTooLate,
    RefundByHand,
    Dispute,
    Decide(bool),
    /// By the customer, who has seen that it is booked.
    Cancel,
    /// The same, where the bank keeps the refund waiting.
    CancelWhileBanksWait,
    RefundArrives(bool),
    /// From now on the subscription's card pays, or does not.
    CardPays(bool),
    Days(i64),
}

use Act::*;

/// What happens, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    pub name: &'static str,
    pub weekly: bool,
    /// Messages about one chapter may come while the next one happens, and afterwards.
    pub chapters: &'static [&'static [Act]],
    pub end: End,
}

/// How everything stands in the end.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// The order.
    pub status: &'static str,
    /// Appointments that were made, and how many of them stand.
    pub appointments: (usize, usize),
    /// Refunds that were made at Stripe, by us or by hand.
    pub refunds: usize,
    /// All mails, by kind and audience.
    pub mails: &'static [(&'static str, i64)],
}

const BOOKED: &[(&str, i64)] = &[("booked/host", 1), ("order_confirmed/customer", 1)];

const fn booked(status: &'static str, refunds: usize, mails: &'static [(&'static str, i64)]) -> End {
    End {
        status,
        appointments: (1, 1),
        refunds,
        mails,
    }
}

const fn nothing(status: &'static str, refunds: usize, mails: &'static [(&'static str, i64)]) -> End {
    End {
        status,
        appointments: (0, 0),
        refunds,
        mails,
    }
}

const fn weeks(status: &'static str, appointments: (usize, usize), mails: &'static [(&'static str, i64)]) -> End {
    End {
        status,
        appointments,
        refunds: 0,
        mails,
    }
}

const fn once(name: &'static str, chapters: &'static [&'static [Act]], end: End) -> Story {
    Story {
        name,
        weekly: false,
        chapters,
        end,
    }
}

const fn weekly(name: &'static str, chapters: &'static [&'static [Act]], end: End) -> Story {
    Story {
        name,
        weekly: true,
        chapters,
        end,
    }
}

/// Of a lesson that is bought once.
pub const ONCE: [Story; 16] = [
    once("paid", &[&[Pay]], booked("paid", 0, BOOKED)),
    once("declined, then paid", &[&[Decline], &[Pay]], booked("paid", 0, BOOKED)),
    once(
        "paid after 3-D Secure",
        &[&[AskAuthentication], &[Authenticate(true)]],
        booked("paid", 0, BOOKED),
    ),
    once(
        "3-D Secure failed, then another card",
        &[&[AskAuthentication], &[Authenticate(false)], &[Pay]],
        booked("paid", 0, BOOKED),
    ),
    once(
        "a debit that arrives",
        &[&[Debit], &[Days(1)], &[Settle(true)]],
        booked("paid", 0, BOOKED),
    ),
    once(
        "a debit that does not",
        &[&[Debit], &[Days(1)], &[Settle(false)]],
        nothing("expired", 0, &[("order_payment_failed/customer", 1)]),
    ),
    once(
        "a debit that arrives by itself",
        &[&[Decline], &[Debit], &[Days(4)]],
        booked("paid", 0, BOOKED),
    ),
    once(
        "given back by hand",
        &[&[Pay], &[RefundByHand]],
        booked(
            "partly_refunded",
            1,
            &[
                ("booked/host", 1),
                ("order_confirmed/customer", 1),
                ("order_refunded/customer", 1),
            ],
        ),
    ),
    once("disputed", &[&[Pay], &[Dispute]], booked("disputed", 0, BOOKED)),
    once(
        "disputed and won",
        &[&[Pay], &[Dispute], &[Decide(true)]],
        booked("paid", 0, BOOKED),
    ),
    once(
        "disputed and lost",
        &[&[Pay], &[Dispute], &[Decide(false)]],
        booked("disputed", 0, BOOKED),
    ),
    once(
        "paid late and taken",
        &[&[PayWhenTooLate]],
        nothing("refunded", 1, &[("order_lost/customer", 1)]),
    ),
    once(
        "expired",
        &[&[Expire]],
        nothing("expired", 0, &[("order_expired/customer", 1)]),
    ),
    once(
        "cancelled in time",
        &[&[Pay], &[Cancel]],
        End {
            appointments: (1, 0),
            ..booked("refunded", 1, CANCELLED)
        },
    ),
    once(
        "cancelled, and the refund arrives days later",
        &[&[Pay], &[CancelWhileBanksWait], &[RefundArrives(true)]],
        End {
            appointments: (1, 0),
            ..booked("refunded", 1, CANCELLED)
        },
    ),
    once(
        "cancelled, and the refund does not arrive",
        &[&[Pay], &[CancelWhileBanksWait], &[RefundArrives(false)]],
        End {
            appointments: (1, 0),
            // Nobody runs this installation who could be told as well.
            ..booked("paid", 1, NOT_GIVEN_BACK)
        },
    ),
];

const CANCELLED: &[(&str, i64)] = &[
    ("booked/host", 1),
    ("cancelled/customer", 1),
    ("cancelled/host", 1),
    ("order_confirmed/customer", 1),
    ("order_refunded/customer", 1),
];

const NOT_GIVEN_BACK: &[(&str, i64)] = &[
    ("booked/host", 1),
    ("cancelled/customer", 1),
    ("cancelled/host", 1),
    ("order_confirmed/customer", 1),
    ("order_refund_failed/customer", 1),
];

/// Of a weekly time, begun on a Friday: five Wednesdays are booked at first, the paid one and four to plan with.
pub const WEEKLY: [Story; 6] = [
    weekly(
        "begun at the second card",
        &[&[Decline], &[Pay]],
        weeks(
            "paid",
            (5, 5),
            &[("order_confirmed/customer", 1), ("weeks_planned/host", 1)],
        ),
    ),
    weekly(
        "renewed",
        &[&[Pay], &[Days(7)], &[Days(7)]],
        weeks(
            "paid",
            (7, 7),
            &[
                ("order_confirmed/customer", 1),
                ("subscription_renewed/customer", 2),
                ("weeks_planned/host", 3),
            ],
        ),
    ),
    weekly(
        "ended by the customer",
        &[&[Pay], &[Days(7)], &[Cancel], &[Days(7)]],
        weeks(
            "paid",
            (6, 2),
            &[
                ("order_confirmed/customer", 1),
                ("subscription_ended/customer", 1),
                ("subscription_renewed/customer", 1),
                ("weeks_planned/host", 2),
            ],
        ),
    ),
    weekly(
        "a card that fails for a while",
        &[&[Pay], &[CardPays(false), Days(7)], &[CardPays(true), Days(4)]],
        weeks(
            "paid",
            (6, 6),
            &[
                ("order_confirmed/customer", 1),
                ("subscription_failed/customer", 1),
                ("subscription_renewed/customer", 1),
                ("weeks_planned/host", 2),
            ],
        ),
    ),
    weekly(
        "a card that fails for good",
        &[&[Pay], &[CardPays(false), Days(7)], &[Days(7)], &[Days(7)], &[Days(2)]],
        // Three have been by then; nobody comes to the other two. Of each of three bills one hears once that it failed.
        weeks(
            "paid",
            (5, 3),
            &[
                ("order_confirmed/customer", 1),
                ("subscription_ended/customer", 1),
                ("subscription_failed/customer", 3),
                ("weeks_planned/host", 1),
            ],
        ),
    ),
    weekly(
        "a week given back by hand",
        &[&[Pay], &[RefundByHand]],
        End {
            refunds: 1,
            ..weeks(
                "partly_refunded",
                (5, 5),
                &[
                    ("order_confirmed/customer", 1),
                    ("order_refunded/customer", 1),
                    ("weeks_planned/host", 1),
                ],
            )
        },
    ),
];

impl Story {
    pub fn item(&self, start: &str) -> DraftItem {
        if self.weekly {
            ShopScene::weekly(&["Mia"])
        } else {
            ShopScene::at(ShopScene::LESSON, start)
        }
    }
}

/// An order, as those see it who do something about it.
#[derive(Clone, Debug)]
pub struct Stage {
    pub placed: Placed,
    pub session: String,
    pub item: DraftItem,
}

impl Till {
    /// Lets this happen.
    pub async fn act(&self, stage: &Stage, act: Act) {
        let stripe = self.stripe();
        let session = stage.session.as_str();
        match act {
            Pay => self.pay(session),
            Decline => drop(self.pay_with(session, &PayWith::Declined("insufficient_funds".to_owned()))),
            AskAuthentication => drop(self.pay_with(session, &PayWith::CardWithAuthentication)),
            Authenticate(succeeds) => drop(stripe.authenticate_session(session, succeeds).unwrap()),
            Debit => drop(self.pay_with(session, &PayWith::Delayed { succeeds: true })),
            Settle(succeeds) => stripe.settle_session(session, succeeds).unwrap(),
            Expire => stripe.expire_session(session).unwrap(),
            PayWhenTooLate => {
                self.wait(30);
                self.pay(session);
                self.wait(10);
                self.place(vec![stage.item.clone()]).await;
            }
            RefundByHand => {
                let (stripe, intent) = (self.app().stripe.as_ref().unwrap(), self.newest("payment_intent"));
                stripe.create_refund(&intent, 1_000, "by-hand", session).await.unwrap();
            }
            Dispute => drop(
                stripe
                    .raise_dispute(&self.newest("payment_intent"), "fraudulent", None)
                    .unwrap(),
            ),
            Decide(won) => drop(stripe.decide_dispute(&self.newest("dispute"), won).unwrap()),
            Cancel => self.cancel(&stage.placed).await,
            CancelWhileBanksWait => {
                stripe.make_refunds_wait(true);
                self.cancel(&stage.placed).await;
                stripe.make_refunds_wait(false);
            }
            RefundArrives(true) => stripe.settle_refund(&self.newest("refund")).unwrap(),
            RefundArrives(false) => stripe
                .fail_refund(&self.newest("refund"), "expired_or_canceled_card")
                .unwrap(),
            CardPays(pays) => {
                let reason = (!pays).then_some("expired_card");
                stripe
                    .decline_subscription(&self.newest("subscription"), reason)
                    .unwrap();
            }
            Days(days) => {
                // An hour more: for so long a bill is a draft.
                self.wait(days * DAY + 61);
                stripe.advance_stripe_clock(std::time::Duration::ZERO);
            }
        }
    }

    /// The customer comes back, gets the mail that says that it is booked, and cancels; what follows from that happens.
    async fn cancel(&self, placed: &Placed) {
        look_at_payment(self.app(), placed.order_id).await.unwrap();
        self.wait(1);
        run_due_jobs(self.app()).await.unwrap();
        let item = self.items(placed.order_id).await[0].id;
        let done = cancel_item(self.app(), placed.order_id, item, &customer(placed), "").await;
        done.unwrap();
        run_due_jobs(self.app()).await.unwrap();
    }

    fn newest(&self, object: &str) -> String {
        let all = self.stripe().stripe_objects(object);
        all.last().unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// All mails about an order and its appointments that anybody needed, by kind and audience.
    pub async fn mails_of(&self, order_id: Uuid) -> BTreeMap<String, i64> {
        let sql = format!(
            "SELECT kind || '/' || audience, count(*) FROM messages WHERE state <> 'skipped' AND (order_id = {id} OR appointment_id IN \
             (SELECT a.id FROM appointments a JOIN order_items i ON i.id = a.order_item_id WHERE i.order_id = {id})) \
             GROUP BY kind, audience",
            id = self.literal(order_id)
        );
        let on = self.app().db.reader();
        let rows = on.query_all_raw(Statement::from_string(on.get_database_backend(), sql));
        let read = |row: &sea_orm::QueryResult| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
        rows.await.unwrap().iter().map(read).collect()
    }
}
