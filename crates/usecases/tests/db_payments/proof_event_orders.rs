//! Events about one order in every order, each up to five times, three at once, while Stripe is still in the state of which they
//! tell and afterwards: one legal end, every effect once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use timetap_core::entropy::Entropy;
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, MailFilter, NewAccount, Origin};
use timetap_testing::{Engine, connect_google, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::payments::{cancel_item, handle_event, look_at_payment};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::stories::{Act, ONCE, Stage, Story, WEEKLY};
use super::support::Till;

/// Whose calendars are connected.
const CALENDARS: [&str; 2] = ["anna@sandbox.test", "ben@sandbox.test"];
/// So often one event is told at most, and the last one surely once.
const MOST_TOLD: u32 = 5;
/// What one has seen makes it slower, and weeks go by, so that after so many rounds another one is opened.
const AT_ONE_TILL: usize = 16;
/// What the program listens for; the last of these tells the end.
const HEARD: [&str; 8] = [
    "checkout.session.",
    "payment_intent.payment_failed",
    "charge.refund",
    "charge.dispute.",
    "refund.",
    "invoice.pa",
    "customer.subscription.updated",
    "customer.subscription.deleted",
];

/// Who tells of what happened at Stripe, in any order.
struct Teller {
    till: Till,
    replica: Arc<TimeTap>,
    random: Entropy,
    /// What was made so far about the order at hand, and how often each was told.
    events: Vec<(Value, u32)>,
    /// How many were told under a name of their own.
    renamed: u32,
}

/// What there was here, at Stripe and at Google before a story began.
struct Before {
    refunds: usize,
    requests: u64,
    events: usize,
    dead: i64,
}

impl Teller {
    async fn open(engine: Engine, seed: usize) -> Self {
        let till = Till::open(engine).await;
        let google = till.stripe();
        let at_once = FaultRule::new(FaultKind::ConferenceDelayMs { ms: 0 });
        google.add_fault(at_once).unwrap();
        for (person, account) in [till.scene.anna.id, till.scene.ben.id].into_iter().zip(CALENDARS) {
            // One of them is known to every sandbox.
            let _ = google.add_account(&NewAccount {
                email: account.to_owned(),
                name: account.to_owned(),
                meet: true,
            });
            connect_google(till.app(), person, Uuid::from_u128(0x5e), account)
                .await
                .unwrap();
        }
        Self {
            replica: Arc::new(till.program.replica().await),
            random: Entropy::seeded(u64::try_from(seed).unwrap()),
            events: Vec::new(),
            renamed: 0,
            till,
        }
    }

    /// Moves the clocks on to ten on a Friday, so that the same weeks lie ahead of every round, and what waits for that happens.
    async fn wait_for_friday(&self) {
        let now = self.till.app().clock.now();
        let ahead = now.duration_since("2026-11-20T10:00:00Z".parse().unwrap()).as_secs();
        let left = (-ahead).rem_euclid(7 * 86_400);
        assert!(self.till.app().clock.advance(SignedDuration::from_secs(left)));
        self.till.stripe().advance_stripe_clock(Duration::ZERO);
        self.till.settle().await;
    }

    fn chance(&self, of: i64) -> bool {
        self.random.between(1, of) == 1
    }

    /// Takes up what Stripe has to tell since the last time.
    fn listen(&mut self) {
        let new = self.till.untold();
        self.events.extend(new.into_iter().map(|event| (event, 0)));
    }

    fn is_heard(event: &Value) -> bool {
        let kind = event["type"].as_str().unwrap();
        HEARD.iter().any(|heard| kind.starts_with(heard))
    }

    /// Some of what was told or not yet, some of it several times, in a random order; the newest that matters is among them
    /// where `surely`.
    fn choose(&mut self, surely: bool) -> Vec<Value> {
        let mut told: Vec<(i64, Value)> = Vec::new();
        let last = self.events.iter().rposition(|(event, _)| Self::is_heard(event));
        for place in 0..self.events.len() {
            let surely = surely && Some(place) == last;
            let so_far = self.events[place].1;
            // What is old is told again more seldom.
            if !surely && !self.chance(if so_far == 0 { 2 } else { 3 }) {
                continue;
            }
            let most = i64::from(MOST_TOLD.saturating_sub(so_far)).min(if so_far == 0 { 5 } else { 2 });
            for _ in 0..self.random.between(1, most.max(1)) {
                let mut event = self.events[place].0.clone();
                // Two events of Stripe's may mean the same.
                if self.chance(3) {
                    self.renamed += 1;
                    event["id"] = json!(format!("{}again{}", event["id"].as_str().unwrap(), self.renamed));
                }
                self.events[place].1 += 1;
                told.push((self.random.between(0, i64::MAX - 1), event));
            }
        }
        told.sort_by_key(|(at, _)| *at);
        told.into_iter().map(|(_, event)| event).collect()
    }

    /// Tells these, three at once, here and at another replica; people look at their page meanwhile, and whatever stands in
    /// `meanwhile` happens at Stripe.
    async fn tell(&self, stage: &Stage, told: &[Value], meanwhile: &[Act]) {
        let mut acts = meanwhile.iter();
        for three in told.chunks(3) {
            let mut at_once = JoinSet::new();
            for (place, event) in three.iter().enumerate() {
                self.till.tell(event).await.unwrap();
                let app = if place == 1 {
                    self.replica.clone()
                } else {
                    self.till.program.app.clone()
                };
                let id = event["id"].as_str().unwrap().to_owned();
                at_once.spawn(async move { handle_event(&app, &id).await.map(|_| ()) });
            }
            if self.chance(2) {
                let (page, order_id) = (self.till.program.app.clone(), stage.placed.order_id);
                at_once.spawn(async move {
                    let _ = look_at_payment(&page, order_id).await;
                    Ok(())
                });
            }
            if let Some(act) = acts.next() {
                tokio::task::yield_now().await;
                self.till.act(stage, *act).await;
            }
            while let Some(done) = at_once.join_next().await {
                done.unwrap().unwrap();
            }
        }
        for act in acts {
            self.till.act(stage, *act).await;
        }
    }

    /// Plays a story, telling of it all the time.
    async fn play(&mut self, story: &Story, start: &str) -> Stage {
        self.till.untold();
        self.events.clear();
        self.till.stripe().clear_mails();
        let item = story.item(start);
        let (placed, session) = self.till.check_out(vec![item.clone()]).await;
        let stage = Stage { placed, session, item };
        // What is told only when it is all over tells of the end alone.
        let early = story.weekly || !self.chance(4);
        let (mut told, mut slow) = (Vec::new(), JoinSet::new());
        for (number, chapter) in story.chapters.iter().enumerate() {
            if number + 1 == story.chapters.len() && self.chance(2) {
                // Somebody asked just before the end, and gets the old answer after everybody else has the new one.
                self.till.fail("stripe.sessions.get", FaultKind::SlowDrip { ms: 25 });
                let (page, order_id) = (self.till.program.app.clone(), stage.placed.order_id);
                slow.spawn(async move { look_at_payment(&page, order_id).await });
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            // Half of the time it happens while one hears of what was before.
            let (before, meanwhile) = chapter.split_at(if story.weekly || self.chance(2) {
                chapter.len()
            } else {
                0
            });
            for act in before {
                self.till.act(&stage, *act).await;
            }
            self.tell(&stage, &told, meanwhile).await;
            self.listen();
            // A subscription is heard of in each week; otherwise it would rightly be planned later.
            told = if early { self.choose(story.weekly) } else { Vec::new() };
            if story.weekly {
                self.tell(&stage, &std::mem::take(&mut told), &[]).await;
            }
            if story.weekly || self.chance(2) {
                run_due_jobs(self.till.app()).await.unwrap();
            }
        }
        self.tell(&stage, &told, &[]).await;
        self.listen();
        let rest = self.choose(true);
        self.tell(&stage, &rest, &[]).await;
        while let Some(done) = slow.join_next().await {
            done.unwrap().unwrap();
        }
        // What waits for a Meet link goes out.
        self.till.wait(1);
        run_due_jobs(self.till.app()).await.unwrap();
        stage
    }

    fn events_at_google(&self) -> usize {
        let stands = |calendar: &str| {
            let all = self.till.stripe().events(calendar).unwrap();
            all.iter().filter(|event| event["status"] != "cancelled").count()
        };
        CALENDARS.into_iter().map(stands).sum()
    }

    async fn dead(&self) -> i64 {
        self.till.count("SELECT count(*) FROM jobs WHERE state = 'dead'").await
    }

    async fn before(&self) -> Before {
        let newest = LedgerQuery {
            limit: Some(1),
            ..LedgerQuery::default()
        };
        Before {
            refunds: self.till.effects("refund.created"),
            requests: self.till.stripe().ledger(&newest).first().map_or(0, |row| row.seq),
            events: self.events_at_google(),
            // What is cleared away after a dispute that was lost cannot be given back.
            dead: self.dead().await,
        }
    }

    /// Compares what came of a story with what must.
    async fn compare(&self, story: &Story, stage: &Stage, before: &Before, said: &str) {
        let (till, order_id) = (&self.till, stage.placed.order_id);
        let order = till.order(order_id).await;
        let end = &story.end;
        assert_eq!(order.status, end.status, "{said}: {order:#?}");
        let mails: BTreeMap<String, i64> = end
            .mails
            .iter()
            .map(|(kind, count)| ((*kind).to_owned(), *count))
            .collect();
        assert_eq!(till.mails_of(order_id).await, mails, "{said}: mails");
        assert_eq!(
            till.effects("refund.created") - before.refunds,
            end.refunds,
            "{said}: refunds"
        );
        let made = till.appointments(order_id).await;
        let stand = made.iter().filter(|one| one.status == "scheduled").count();
        assert_eq!((made.len(), stand), end.appointments, "{said}: appointments");
        // The mailbox has each mail once; a program that is not killed sends nothing twice.
        let by_us = MailFilter {
            origin: Some(Origin::Smtp),
            ..MailFilter::default()
        };
        let arrived = till.stripe().mails(&by_us).len();
        let sent: i64 = mails.values().sum();
        assert_eq!(arrived, usize::try_from(sent).unwrap(), "{said}: mails that arrived");
        // Each appointment that stands has its event, and no event was ever made twice.
        assert_eq!(
            self.events_at_google() - before.events,
            stand,
            "{said}: events at Google"
        );
        let inserts = LedgerQuery {
            effect: Some(true),
            after: Some(before.requests),
            ..LedgerQuery::method("insert")
        };
        let inserts = till.stripe().count(&inserts);
        assert!(
            (stand..=made.len()).contains(&inserts),
            "{said}: {inserts} inserts at Google"
        );
        assert_eq!(self.dead().await, before.dead, "{said}: jobs that were given up");
        till.sound_order(&order).await;
    }

    /// Takes away what stands, so that the next story finds its time and its place free, and nobody hears of this one again.
    async fn clear(&self, stage: &Stage) {
        let (till, order_id) = (&self.till, stage.placed.order_id);
        if let Some(item) = till.items(order_id).await.iter().find(|item| item.status == "booked") {
            if item.kind == "subscription" {
                let stripe = till.app().stripe.as_ref().unwrap();
                let subscriptions = till.subscriptions().await;
                let of_item = subscriptions.iter().find(|row| row.order_item_id == item.id).unwrap();
                stripe.cancel_subscription(&of_item.provider_id).await.unwrap();
            } else {
                let host = Actor::Host {
                    user_id: till.scene.anna.id,
                };
                cancel_item(till.app(), order_id, item.id, &host, "").await.unwrap();
            }
        }
        till.settle().await;
    }
}

/// Plays the stories one after the other, so many rounds of each kind, over several databases.
async fn tell_all(engine: Engine, stories: &[Story], rounds: usize) {
    for first in (0..rounds).step_by(AT_ONE_TILL) {
        let mut teller = Teller::open(engine, first).await;
        for round in first..rounds.min(first + AT_ONE_TILL) {
            let story = &stories[round % stories.len()];
            let said = format!("round {round}: {}", story.name);
            teller.wait_for_friday().await;
            // An hour of its own, and one that lies ahead.
            let ahead = SignedDuration::from_hours(200 + i64::try_from(round).unwrap() % 300);
            let start = (teller.till.app().clock.now() + ahead).to_string();
            let before = teller.before().await;
            let stage = teller.play(story, &start).await;
            teller.compare(story, &stage, &before, &said).await;
            teller.clear(&stage).await;
        }
        teller.till.sound().await;
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_order_any_number_three_at_once(#[case] engine: Engine) {
    tell_all(engine, &ONCE, torture(ONCE.len(), 3_000)).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn weeks_in_any_order_any_number_three_at_once(#[case] engine: Engine) {
    tell_all(engine, &WEEKLY, torture(WEEKLY.len(), 300)).await;
}
