//! Up to five events about one order, each up to five times, in every order, three at once: one legal end, every effect once.

use rstest::rstest;
use serde_json::Value;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, ShopScene, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::Actor;
use timetap_usecases::jobs::run_due_jobs;
use timetap_usecases::payments::{cancel_item, handle_event, look_at_payment};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::support::Till;

/// What happens to an order, before anybody hears of any of it.
#[derive(Clone, Copy, Debug)]
enum Story {
    Paid,
    DeclinedThenPaid,
    PaidAndGivenBackByHand,
    PaidAndDisputed,
    PaidLateAndTaken,
    Expired,
}

const STORIES: [Story; 6] = [
    Story::Paid,
    Story::DeclinedThenPaid,
    Story::PaidAndGivenBackByHand,
    Story::PaidAndDisputed,
    Story::PaidLateAndTaken,
    Story::Expired,
];

impl Story {
    /// The status in which the order ends, and how many refunds there are at Stripe.
    const fn end(self) -> (&'static str, usize) {
        match self {
            Self::Paid | Self::DeclinedThenPaid => ("paid", 0),
            Self::PaidAndGivenBackByHand => ("partly_refunded", 1),
            Self::PaidAndDisputed => ("disputed", 0),
            Self::PaidLateAndTaken => ("refunded", 1),
            Self::Expired => ("expired", 0),
        }
    }
}

/// Plays the story for an order of a lesson at this hour; the events that came about.
async fn play(till: &Till, story: Story, start: &str) -> (Uuid, Vec<Value>) {
    till.untold();
    let (placed, session) = till.check_out(vec![ShopScene::at(ShopScene::LESSON, start)]).await;
    let intent = || {
        let session = till.stripe().stripe_object(&session).unwrap();
        session["payment_intent"].as_str().unwrap().to_owned()
    };
    match story {
        Story::Paid => till.pay(&session),
        Story::DeclinedThenPaid => {
            let declined = timetap_sandbox::PayWith::Declined("insufficient_funds".to_owned());
            till.pay_with(&session, &declined);
            till.pay(&session);
        }
        Story::PaidAndGivenBackByHand => {
            till.pay(&session);
            let stripe = till.app().stripe.as_ref().unwrap();
            stripe.create_refund(&intent(), 1_000, "by-hand", start).await.unwrap();
        }
        Story::PaidAndDisputed => {
            till.pay(&session);
            till.stripe().raise_dispute(&intent(), "fraudulent", None).unwrap();
        }
        Story::PaidLateAndTaken => {
            till.wait(30);
            till.pay(&session);
            till.wait(10);
            till.place(vec![ShopScene::at(ShopScene::LESSON, start)]).await;
        }
        Story::Expired => till.stripe().expire_session(&session).unwrap(),
    }
    (placed.order_id, till.untold())
}

/// Five events of those that came about, each one to five times, in a random order.
fn shuffled(events: &[Value], random: &Entropy) -> Vec<Value> {
    let mut pool: Vec<&Value> = events.iter().collect();
    let mut chosen = Vec::new();
    // The last always: it is what the end is told by.
    chosen.extend(pool.pop());
    while chosen.len() < 5 && !pool.is_empty() {
        let last = i64::try_from(pool.len()).unwrap() - 1;
        chosen.push(pool.swap_remove(usize::try_from(random.between(0, last)).unwrap()));
    }
    let mut told: Vec<(i64, Value)> = Vec::new();
    for event in chosen {
        for _ in 0..random.between(1, 5) {
            told.push((random.between(0, i64::MAX - 1), event.clone()));
        }
    }
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, event)| event).collect()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn any_order_any_number_three_at_once(#[case] engine: Engine) {
    let till = Till::open(engine).await;
    let replica = std::sync::Arc::new(till.program.replica().await);
    let random = Entropy::seeded(17);
    for round in 0..torture(18_usize, 3_000) {
        let story = STORIES[round % STORIES.len()];
        // An hour of its own, and one that lies ahead.
        let start =
            till.app().clock.now() + jiff::SignedDuration::from_hours(100 + i64::try_from(round).unwrap() % 500);
        let start = jiff::Timestamp::from_second(start.as_second() / 3600 * 3600)
            .unwrap()
            .to_string();
        let before = till.effects("refund.created");
        let (order_id, events) = play(&till, story, &start).await;
        let told = shuffled(&events, &random);
        for three in told.chunks(3) {
            let mut at_once = JoinSet::new();
            for (place, event) in three.iter().enumerate() {
                till.tell(event).await.unwrap();
                let app: std::sync::Arc<TimeTap> = if place == 1 {
                    replica.clone()
                } else {
                    till.program.app.clone()
                };
                let id = event["id"].as_str().unwrap().to_owned();
                at_once.spawn(async move { handle_event(&app, &id).await.map(|_| ()) });
            }
            let page = till.program.app.clone();
            at_once.spawn(async move {
                let _ = look_at_payment(&page, order_id).await;
                Ok(())
            });
            while let Some(done) = at_once.join_next().await {
                done.unwrap().unwrap();
            }
        }
        run_due_jobs(till.app()).await.unwrap();
        let (status, back) = story.end();
        let order = till.order(order_id).await;
        assert_eq!(order.status, status, "round {round}: {story:?} {order:#?}");
        assert_eq!(
            till.effects("refund.created") - before,
            back,
            "round {round}: {story:?}"
        );
        let booked = usize::from(matches!(status, "paid" | "partly_refunded" | "disputed"));
        assert_eq!(
            till.appointments(order_id).await.len(),
            booked,
            "round {round}: {story:?}"
        );
        let mails = format!(
            "SELECT count(*) FROM messages WHERE kind = 'order_confirmed' AND order_id = {}",
            till.literal(order_id)
        );
        assert_eq!(
            till.count(&mails).await,
            i64::try_from(booked).unwrap(),
            "round {round}: {story:?}"
        );
        till.sound_order(&order).await;
        if booked == 1 {
            // Its hour is free for another round.
            let host = Actor::Host {
                user_id: till.scene.anna.id,
            };
            let item = till.items(order_id).await[0].id;
            cancel_item(till.app(), order_id, item, &host, "").await.unwrap();
            till.settle().await;
        }
    }
    till.sound().await;
}
