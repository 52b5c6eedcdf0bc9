//! Everything that customers, banks, Stripe, the network and the clock may do, in any order: in the end what is paid is booked
//! or given back, never both and never neither.

use std::ops::Range;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_sandbox::{FaultKind, PayWith};
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::orders::{Choice, DraftItem, Placed, place_order};
use timetap_usecases::payments::{
    CheckoutStart, cancel_item, cancel_order, look_at_payment, open_checkout, replay_events,
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::support::{Till, customer};

/// So many databases are gone over at once.
const AT_ONCE: usize = 8;

/// A customer's order, and the pages on which it may be paid.
struct Buyer {
    placed: Placed,
    sessions: Vec<String>,
}

/// What somebody orders, what rivals order of the same, and what has become of all that so far.
struct Play<'a> {
    till: &'a Till,
    random: &'a Entropy,
    items: Vec<DraftItem>,
    buyers: Vec<Buyer>,
    codes: u32,
}

impl Play<'_> {
    fn chance(&self, of: i64) -> bool {
        self.random.between(1, of) == 1
    }

    /// The first one most of the time.
    fn pick(&self) -> usize {
        let last = i64::try_from(self.buyers.len()).unwrap() - 1;
        usize::try_from(self.random.between(-2, last).max(0)).unwrap()
    }

    async fn order(&mut self) {
        let draft = self.till.scene.draft(self.till.app(), self.items.clone());
        if let Ok(placed) = place_order(self.till.app(), &draft).await {
            self.buyers.push(Buyer {
                placed,
                sessions: Vec::new(),
            });
        }
    }

    async fn step(&mut self) {
        let till = self.till;
        if self.buyers.is_empty() {
            return self.order().await;
        }
        let who = self.pick();
        let placed = self.buyers[who].placed.clone();
        match self.random.between(0, 18) {
            0..=2 => self.open_page(who).await,
            3..=6 => self.pay(who).await,
            7 => {
                // Some think for days, until it costs to cancel.
                let most = if self.chance(5) { 60 * 60 } else { 40 };
                till.wait(self.random.between(1, most));
                till.stripe().advance_stripe_clock(Duration::ZERO);
            }
            8 if self.buyers.len() < 3 => self.order().await,
            8 | 9 => self.hear().await,
            10 => {
                let _ = look_at_payment(till.app(), placed.order_id).await;
            }
            11 => {
                run_due_jobs(till.app()).await.unwrap();
            }
            12 => {
                if self.chance(3) {
                    let _ = cancel_order(till.app(), placed.order_id, &customer(&placed)).await;
                } else {
                    self.cancel(&placed).await;
                }
            }
            13 => self.break_something(),
            14 => self.dispute(&placed).await,
            15 => {
                if let Some(session) = self.buyers[who].sessions.last() {
                    let _ = till.stripe().authenticate_session(session, !self.chance(3));
                }
            }
            16 => self.decide(),
            17 => self.pay_when_too_late(who).await,
            _ => till.stripe().plug_stripe(),
        }
    }

    async fn open_page(&mut self, who: usize) {
        let order_id = self.buyers[who].placed.order_id;
        if let Ok(CheckoutStart::Pay { .. }) = open_checkout(self.till.app(), order_id).await {
            let order = self.till.order(order_id).await;
            self.buyers[who].sessions.extend(order.stripe_session_id);
        }
    }

    /// In the last moment, unheard; somebody else takes the same after the hold, and pays as well.
    async fn pay_when_too_late(&mut self, who: usize) {
        self.pay(who).await;
        self.till.wait(40);
        self.order().await;
        let last = self.buyers.len() - 1;
        self.open_page(last).await;
        self.pay(last).await;
    }

    async fn pay(&mut self, who: usize) {
        let Some(session) = self.buyers[who].sessions.last() else {
            return;
        };
        let with = match self.random.between(0, 11) {
            0 => PayWith::Declined("insufficient_funds".to_owned()),
            1 => PayWith::Delayed { succeeds: true },
            2 => PayWith::Delayed { succeeds: false },
            3 | 4 => PayWith::CardWithAuthentication,
            5 => PayWith::CardThatFailsLater("expired_card".to_owned()),
            _ => PayWith::Card,
        };
        let stripe = self.till.stripe();
        let open = stripe
            .stripe_object(session)
            .is_some_and(|session| session["status"] == "open");
        if self.chance(4) && open && stripe.stripe_summary().plugged {
            self.codes += 1;
            let code = format!("CODE{}", self.codes);
            self.till
                .type_code(session, &code, &[("percent_off", "33.3"), ("duration", "once")])
                .await;
        }
        let _ = stripe.pay_session(session, "dora@example.com", None, &with);
    }

    /// By the customer, or by the host.
    async fn cancel(&self, placed: &Placed) {
        let items = self.till.items(placed.order_id).await;
        let last = i64::try_from(items.len()).unwrap() - 1;
        let item = &items[usize::try_from(self.random.between(0, last)).unwrap()];
        if item.status == "booked" && self.chance(3) {
            // When it costs to cancel.
            let left = item.starts_at.timestamp().duration_since(self.till.app().clock.now());
            self.till.wait((left.as_mins() - self.random.between(60, 1440)).max(0));
        }
        let host = Actor::Host { user_id: item.staff_id };
        let customer = customer(placed);
        let actor = if self.chance(4) { &host } else { &customer };
        let _ = cancel_item(self.till.app(), placed.order_id, item.id, actor, "").await;
    }

    async fn dispute(&self, placed: &Placed) {
        for payment in self.till.payments(placed.order_id).await {
            if let Some(intent) = payment.payment_intent_id {
                let _ = self.till.stripe().raise_dispute(&intent, "fraudulent", None);
            }
        }
    }

    /// A bank decides about what is disputed.
    fn decide(&self) {
        for dispute in self.till.stripe().stripe_objects("dispute") {
            if dispute["status"] == "needs_response" {
                let id = dispute["id"].as_str().unwrap();
                self.till.stripe().decide_dispute(id, self.chance(2)).unwrap();
            }
        }
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

    /// The storm is over. What was lost is fetched, what waits comes to its end, banks decide, nobody goes on subscribing.
    async fn come_to_rest(&self, begun: Timestamp) {
        let till = self.till;
        till.stripe().plug_stripe();
        till.stripe().clear_faults();
        for round in 0..4 {
            till.untold();
            replay_events(till.app(), begun).await.unwrap();
            run_due_jobs(till.app()).await.unwrap();
            till.wait(80 * 60);
            till.stripe().advance_stripe_clock(Duration::ZERO);
            self.decide();
            if round == 1 {
                for running in till.subscriptions().await {
                    if running.status != "cancelled" {
                        let stripe = till.app().stripe.as_ref().unwrap();
                        let _ = stripe.cancel_subscription(&running.provider_id).await;
                    }
                }
            }
        }
        replay_events(till.app(), begun).await.unwrap();
        run_due_jobs(till.app()).await.unwrap();
    }
}

/// What somebody orders: one to three things a few days ahead, or a weekly time.
async fn cart(till: &Till, random: &Entropy) -> Vec<DraftItem> {
    let ahead = till.app().clock.now() + SignedDuration::from_hours(72);
    let hour = ahead.as_second() / 3600 * 3600;
    let at = |service, hours: i64| {
        let start = Timestamp::from_second(hour + hours * 3600).unwrap();
        ShopScene::at(service, &start.to_string())
    };
    if random.between(0, 5) == 0 {
        return vec![ShopScene::weekly(&["Mia", "Leo"])];
    }
    let mut items = vec![at(ShopScene::LESSON, 0)];
    if random.between(0, 1) == 0 {
        items.push(at(ShopScene::PARTY, 1));
    }
    if random.between(0, 2) == 0 {
        // Days of its own, so that there is one ahead whatever the clock says.
        let (id, first) = (till.app().entropy.uuid(ahead), ahead.to_zoned(TimeZone::UTC).date());
        till.scene.insert_camp(till.app(), id, first).await;
        items.push(DraftItem {
            choice: Choice::Occurrence(id),
            ..ShopScene::camp(&["Mia", "Leo"])
        });
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
    let (mut seen, begun) = (Seen::default(), Instant::now());
    loop {
        // Most of the time they wait for the database, so that several go on beside each other, each on one of its own.
        while at_once.len() < AT_ONCE
            && let Some(first) = tills.next()
        {
            at_once.spawn(go_over(engine, first..schedules.min(first + per_till)));
        }
        let Some(done) = at_once.join_next().await else { break };
        let done = done.unwrap();
        seen.add(done);
        println!("{seen:?} after {:?}", begun.elapsed());
    }
    assert_eq!(seen.schedules, schedules);
    let all = [
        seen.paid,
        seen.back,
        seen.disputed,
        seen.lost,
        seen.cancelled,
        seen.late,
        seen.weekly,
    ];
    assert!(all.iter().all(|count| *count > 0), "{seen:?}");
}

/// What the schedules came to: how many there were, how many orders were paid, of how many something went back or was
/// disputed, and how much was lost to somebody else, cancelled, cancelled late, or subscribed to.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    schedules: u64,
    paid: u32,
    back: u32,
    disputed: u32,
    lost: u32,
    cancelled: u32,
    late: u32,
    weekly: u32,
}

impl Seen {
    fn add(&mut self, more: Self) {
        self.schedules += more.schedules;
        self.paid += more.paid;
        self.back += more.back;
        self.disputed += more.disputed;
        self.lost += more.lost;
        self.cancelled += more.cancelled;
        self.late += more.late;
        self.weekly += more.weekly;
    }
}

/// These schedules, one after the other over one database.
async fn go_over(engine: Engine, schedules: Range<u64>) -> Seen {
    let till = Till::open_with(engine, |scene| (scene.camp_seats, scene.weekly_places) = (3, 3)).await;
    let mut seen = Seen::default();
    for schedule in schedules {
        let random = Entropy::seeded(schedule);
        let begun = till.app().clock.now();
        let mut play = Play {
            till: &till,
            random: &random,
            items: cart(&till, &random).await,
            buyers: Vec::new(),
            codes: u32::try_from(schedule).unwrap() * 100,
        };
        // Most get as far as to a page on which they can pay.
        play.order().await;
        if !play.buyers.is_empty() && !play.chance(4) {
            play.open_page(0).await;
        }
        for _ in 0..random.between(4, 32) {
            play.step().await;
        }
        play.come_to_rest(begun).await;
        for buyer in &play.buyers {
            seen.add(rest(&till, buyer.placed.order_id, schedule).await);
        }
        seen.schedules += 1;
        // Nobody keeps what the next one wants.
        till.wait(24 * 60);
        till.stripe().advance_stripe_clock(Duration::ZERO);
    }
    till.sound().await;
    seen
}

/// An order for which nothing is left to be done: everything that is owed has gone back, unless a bank has it.
async fn rest(till: &Till, order_id: Uuid, schedule: u64) -> Seen {
    let order = till.order(order_id).await;
    assert_ne!(order.status, "awaiting_payment", "schedule {schedule}: {order:#?}");
    till.sound_order(&order).await;
    let disputed = order.dispute_status.is_some();
    let wanted = till.refunds(order.id).await;
    assert!(
        disputed || wanted.iter().all(|refund| refund.status == "succeeded"),
        "schedule {schedule}: {wanted:#?}"
    );
    let items = till.items(order_id).await;
    // What came back of these is a part.
    let sql = format!(
        "SELECT count(*) FROM appointments a JOIN order_items i ON i.id = a.order_item_id WHERE i.order_id = {} \
         AND i.kind <> 'subscription' AND a.cancelled_by = 'customer' \
         AND a.starts_at - a.cancelled_at BETWEEN 1 AND i.refund_until_minutes * 60000 - 1",
        till.literal(order_id)
    );
    let late = till.count(&sql).await;
    let weekly = items[0].kind == "subscription";
    let count = |status: &str| u32::try_from(items.iter().filter(|item| item.status == status).count()).unwrap();
    Seen {
        schedules: 0,
        paid: u32::from(order.paid_at.is_some()),
        back: u32::from(order.refunded_minor > 0),
        disputed: u32::from(disputed),
        lost: count("lost"),
        cancelled: count("cancelled"),
        late: u32::try_from(late).unwrap(),
        weekly: u32::from(weekly && order.paid_at.is_some()),
    }
}
