//! Everything that customers, banks, Stripe, the network and the clock may do, in any order: in the end what is paid is booked
//! or given back, never both and never neither.

use std::ops::Range;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{FaultKind, PayWith};
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{DraftItem, Placed, place_order};
use timetap_usecases::payments::{
    CheckoutStart, cancel_item, cancel_order, look_at_payment, open_checkout, replay_events,
};
use tokio::task::JoinSet;

use super::support::{Till, customer};

/// So many databases are gone over at once.
const AT_ONCE: usize = 8;

/// One customer's order, and what has become of it so far.
struct Play<'a> {
    till: &'a Till,
    random: &'a Entropy,
    placed: Option<Placed>,
    sessions: Vec<String>,
    items: Vec<DraftItem>,
}

impl Play<'_> {
    fn chance(&self, of: i64) -> bool {
        self.random.between(1, of) == 1
    }

    async fn step(&mut self) {
        let till = self.till;
        let Some(placed) = self.placed.clone() else {
            let draft = till.scene.draft(till.app(), self.items.clone());
            self.placed = place_order(till.app(), &draft).await.ok();
            return;
        };
        match self.random.between(0, 13) {
            0..=2 => {
                if let Ok(CheckoutStart::Pay { .. }) = open_checkout(till.app(), placed.order_id).await {
                    let order = till.order(placed.order_id).await;
                    self.sessions.extend(order.stripe_session_id);
                }
            }
            3..=5 => self.pay(),
            6 => till.wait(self.random.between(1, 40)),
            7 => {
                let draft = till.scene.draft(till.app(), self.items.clone());
                let _ = place_order(till.app(), &draft).await;
            }
            8 => self.hear().await,
            9 => {
                let _ = look_at_payment(till.app(), placed.order_id).await;
            }
            10 => {
                run_due_jobs(till.app()).await.unwrap();
            }
            11 => {
                if self.chance(3) {
                    let _ = cancel_order(till.app(), placed.order_id, &customer(&placed)).await;
                } else {
                    let items = till.items(placed.order_id).await;
                    if let Some(item) = items.first() {
                        let _ = cancel_item(till.app(), placed.order_id, item.id, &customer(&placed), "").await;
                    }
                }
            }
            12 => self.break_something(),
            _ => till.stripe().plug_stripe(),
        }
    }

    fn pay(&self) {
        let Some(session) = self.sessions.last() else { return };
        let with = match self.random.between(0, 9) {
            0 => PayWith::Declined("insufficient_funds".to_owned()),
            1 => PayWith::Delayed { succeeds: true },
            2 => PayWith::Delayed { succeeds: false },
            _ => PayWith::Card,
        };
        let _ = self.till.stripe().pay_session(session, "dora@example.com", None, &with);
    }

    /// Some of the news arrive, some twice, some never.
    async fn hear(&self) {
        for event in self.till.untold() {
            for _ in 0..self.random.between(0, 2) {
                self.till.tell(&event).await.unwrap();
            }
        }
    }

    fn break_something(&self) {
        match self.random.between(0, 3) {
            0 => self.till.stripe().unplug_stripe(),
            1 => self.till.fail("stripe.refunds.create", FaultKind::ResetAfter),
            2 => self.till.fail(
                "stripe.refunds.create",
                FaultKind::Status {
                    status: 500,
                    reason: None,
                    retry_after: None,
                },
            ),
            _ => self.till.fail("stripe.sessions.create", FaultKind::ResetAfter),
        }
    }
}

/// What somebody orders: one to three things a few days ahead.
fn cart(till: &Till, random: &Entropy) -> Vec<DraftItem> {
    let ahead = till.app().clock.now() + SignedDuration::from_hours(72);
    let hour = ahead.as_second() / 3600 * 3600;
    let at = |service, hours: i64| {
        let start = jiff::Timestamp::from_second(hour + hours * 3600).unwrap();
        ShopScene::at(service, &start.to_string())
    };
    let mut items = vec![at(ShopScene::LESSON, 0)];
    if random.between(0, 1) == 0 {
        items.push(at(ShopScene::PARTY, 1));
    }
    if random.between(0, 2) == 0 {
        items.push(ShopScene::camp(&["Mia"]));
    }
    items
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn paid_is_booked_or_given_back(#[case] engine: Engine) {
    let schedules = torture(30, 10_000_u64);
    // What one has seen makes it slower, and so does opening a new one.
    let per_till = torture(10, 40_u64);
    let mut tills = (0..schedules).step_by(usize::try_from(per_till).unwrap());
    let mut at_once = JoinSet::new();
    let mut seen = Seen::default();
    loop {
        // Most of the time they wait for the database, so that several go on beside each other, each on one of its own.
        while at_once.len() < AT_ONCE
            && let Some(first) = tills.next()
        {
            at_once.spawn(go_over(engine, first..schedules.min(first + per_till)));
        }
        let Some(done) = at_once.join_next().await else { break };
        let done = done.unwrap();
        seen = Seen {
            paid: seen.paid + done.paid,
            back: seen.back + done.back,
        };
    }
    assert!(seen.paid > 0 && seen.back > 0, "{seen:?}");
    println!("{schedules} schedules: {seen:?}");
}

/// What the schedules came to: how many orders were paid, and of how many something went back.
#[derive(Debug, Default)]
struct Seen {
    paid: u32,
    back: u32,
}

/// These schedules, one after the other over one database.
async fn go_over(engine: Engine, schedules: Range<u64>) -> Seen {
    let till = Till::open(engine).await;
    let mut seen = Seen::default();
    for schedule in schedules {
        let random = Entropy::seeded(schedule);
        let begun = till.app().clock.now();
        let mut play = Play {
            till: &till,
            random: &random,
            placed: None,
            sessions: Vec::new(),
            items: cart(&till, &random),
        };
        for _ in 0..random.between(4, 24) {
            play.step().await;
        }
        // The storm is over. What was lost is fetched, what waits comes to its end, banks decide.
        till.stripe().plug_stripe();
        till.stripe().clear_faults();
        for _ in 0..3 {
            till.untold();
            replay_events(till.app(), begun).await.unwrap();
            run_due_jobs(till.app()).await.unwrap();
            till.wait(80 * 60);
            till.stripe().advance_stripe_clock(std::time::Duration::ZERO);
        }
        replay_events(till.app(), begun).await.unwrap();
        run_due_jobs(till.app()).await.unwrap();
        if let Some(placed) = &play.placed {
            let order = till.order(placed.order_id).await;
            assert_ne!(order.status, "awaiting_payment", "schedule {schedule}: {order:#?}");
            till.sound_order(&order).await;
            let wanted = till.refunds(order.id).await;
            assert!(
                wanted.iter().all(|refund| refund.status == "succeeded"),
                "schedule {schedule}: {wanted:#?}"
            );
            seen.paid += u32::from(order.paid_at.is_some());
            seen.back += u32::from(order.refunded_minor > 0);
        }
        // Nobody keeps what the next one wants.
        till.wait(24 * 60);
    }
    seen
}
