//! Thousands book, move, cancel and hold at once on a grid of five minutes: nothing overlaps, every answer was true, and
//! no time is lost.

use std::sync::Arc;
use std::time::Instant;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_core::entropy::Entropy;
use timetap_testing::{Engine, torture};
use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{
    Actor, BookSessionError, RescheduleError, Rescheduled, cancel_appointment, reschedule_appointment,
};
use tokio::task::JoinSet;

use super::answers::{Answers, Change};
use super::field::{Field, HOST, minute_of};
use super::steps::{Offer, Step, draw_steps};

/// So many people try at the same time.
const PEOPLE: usize = 20;

/// The seed in `TIMETAP_SEED`, to see a storm again, or a new one.
fn seed() -> u64 {
    let given = std::env::var("TIMETAP_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| Entropy::system().between(0, i64::MAX).unsigned_abs())
}

#[rstest]
#[case::sqlite(Engine::Sqlite, 2)]
#[case::postgres(Engine::Postgres, 3)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_overlaps_every_answer_was_true_and_no_time_is_lost(#[case] engine: Engine, #[case] programs: usize) {
    let seed = seed();
    let (steps, days) = (torture(20, 500), torture(1, 6));
    let random = Entropy::seeded(seed);
    let offer = Offer::draw(&random, days);
    println!("{engine:?}, {programs} programs, TIMETAP_SEED={seed}, {offer:?}");
    let lists = draw_steps(&random, &offer, PEOPLE, steps);
    let field = Arc::new(Field::open(engine, offer, programs).await);
    let answers = Arc::new(Answers::default());

    let begun = Instant::now();
    let mut people = JoinSet::new();
    for (person, list) in lists.into_iter().enumerate() {
        let (field, answers) = (field.clone(), answers.clone());
        people.spawn(async move {
            for step in list {
                take(&field, &field.apps[person % field.apps.len()], &answers, step).await;
            }
        });
    }
    while let Some(done) = people.join_next().await {
        done.unwrap();
    }
    let known = answers.all();
    println!(
        "{} steps in {} ms: {} bookings, {} moves, {} cancelled",
        PEOPLE * steps,
        begun.elapsed().as_millis(),
        known.len(),
        known.iter().map(|known| known.moves().len()).sum::<usize>(),
        known.iter().filter(|known| known.cancelled()).count()
    );

    nothing_overlaps(&field).await;
    every_answer_was_true(&field, &answers).await;
    // Some holds run out, some stand; both kinds are still there as rows.
    assert!(field.program.app.clock.advance(SignedDuration::from_secs(12)));
    let begun = Instant::now();
    let (free, taken) = every_offer_is_kept(&field).await;
    println!(
        "{free} free and {taken} taken times tried in {} ms",
        begun.elapsed().as_millis()
    );
    nothing_overlaps(&field).await;
    let all = fill_up(&field).await;
    println!("{all} more bookings until the grid was full");
    nothing_overlaps(&field).await;
}

async fn take(field: &Field, app: &TimeTap, answers: &Answers, step: Step) {
    let actor = |by_host, capability| {
        if by_host {
            Actor::Host { user_id: HOST }
        } else {
            Actor::Customer {
                capability: Some(capability),
                user_id: None,
            }
        }
    };
    match step {
        Step::Book { service, start } => match field.book(app, service, start).await {
            Ok(booked) => answers.booked(booked, service, start),
            Err(BookSessionError::SlotGone { .. }) => {}
            Err(error) => panic!("{step:?}: {error:?}"),
        },
        Step::Move { which, start, by_host } => {
            let Some((place, known)) = answers.pick(which) else {
                return;
            };
            let actor = actor(by_host, &known.booked.capability);
            let to = (super::field::midnight() + SignedDuration::from_mins(start)).to_string();
            let began = answers.moment();
            match reschedule_appointment(app, known.booked.appointment_id, &actor, &to, "", "").await {
                Ok(Rescheduled::Moved) => {
                    let change = Change {
                        start: Some(start),
                        began,
                        ended: answers.moment(),
                    };
                    answers.changed(place, change);
                }
                Ok(Rescheduled::Unchanged)
                | Err(RescheduleError::SlotGone { .. } | RescheduleError::Closed(_) | RescheduleError::TooMany(_)) => {}
                Err(error) => panic!("{step:?}: {error:?}"),
            }
        }
        Step::Cancel { which, by_host } => {
            let Some((place, known)) = answers.pick(which) else {
                return;
            };
            let actor = actor(by_host, &known.booked.capability);
            let began = answers.moment();
            cancel_appointment(app, known.booked.appointment_id, &actor, "")
                .await
                .unwrap();
            let change = Change {
                start: None,
                began,
                ended: answers.moment(),
            };
            answers.changed(place, change);
        }
        Step::Hold {
            start,
            minutes,
            seconds,
        } => {
            field.hold(app, (start, start + minutes), seconds).await;
        }
        Step::Wait { seconds } => {
            assert!(app.clock.advance(SignedDuration::from_secs(seconds)));
        }
    }
}

/// Asked of the claims by the database, and of the appointments by adding the breaks anew.
async fn nothing_overlaps(field: &Field) {
    let pairs = "SELECT count(*) FROM claims a JOIN claims b ON a.resource_id = b.resource_id AND a.id < b.id \
                 WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
    assert_eq!(field.count(pairs).await, 0, "overlapping claims");
    let mut spans: Vec<_> = field
        .appointments()
        .await
        .iter()
        .filter(|row| row.status == "scheduled")
        .map(|row| {
            let span = (minute_of(row.starts_at.timestamp()), minute_of(row.ends_at.timestamp()));
            (field.with_buffers(span), row.id)
        })
        .collect();
    spans.sort_unstable();
    for pair in spans.windows(2) {
        assert!(pair[0].0.1 <= pair[1].0.0, "{pair:?} overlap");
    }
    // Every scheduled appointment holds exactly its time, and nothing else holds any for good.
    let mut firm: Vec<_> = field
        .claims()
        .await
        .iter()
        .filter(|claim| claim.kind == "firm")
        .map(|claim| {
            let span = (
                minute_of(claim.starts_at.timestamp()),
                minute_of(claim.ends_at.timestamp()),
            );
            (span, claim.appointment_id.unwrap())
        })
        .collect();
    firm.sort_unstable();
    assert_eq!(firm, spans);
}

/// What people were told is what stands, once.
async fn every_answer_was_true(field: &Field, answers: &Answers) {
    let known = answers.all();
    let rows = field.appointments().await;
    assert_eq!(rows.len(), known.len(), "as many appointments as were promised");
    for known in &known {
        let id = known.booked.appointment_id;
        let row = rows.iter().find(|row| row.id == id).unwrap();
        let start = minute_of(row.starts_at.timestamp());
        let duration = minute_of(row.ends_at.timestamp()) - start;
        assert_eq!(duration, field.offer.durations[known.service], "{known:?}");
        assert!(known.possible_starts().contains(&start), "{start}: {known:?}");
        let status = if known.cancelled() { "cancelled" } else { "scheduled" };
        assert_eq!(row.status, status, "{known:?}");
        let changes = known.moves().len() + usize::from(known.cancelled());
        assert_eq!(usize::try_from(row.sequence).unwrap(), changes, "{known:?}");
    }
    let count = |count: usize| i64::try_from(count).unwrap();
    for (event, promised) in [
        ("booked", known.len()),
        ("rescheduled", known.iter().map(|known| known.moves().len()).sum()),
        ("cancelled", known.iter().filter(|known| known.cancelled()).count()),
    ] {
        let told = format!("SELECT count(*) FROM timeline WHERE event = '{event}'");
        assert_eq!(field.count(&told).await, count(promised), "{event}");
    }
    let writes = field.count("SELECT count(*) FROM calendar_writes").await;
    assert_eq!(writes, count(known.len()), "one wish for the calendar each");
}

/// Tries every start of the grid for every service: what is offered is given, what is not is refused, and both are what one
/// finds by looking at everything that stands. What is booked is given back at once. Returns how many there were of both.
async fn every_offer_is_kept(field: &Field) -> (usize, usize) {
    let app = &field.program.app;
    let (mut free, mut taken) = (0, 0);
    let standing = field.standing().await;
    for service in 0..field.offer.durations.len() {
        let offered = field.offered(service).await;
        let starts = field.starts().into_iter();
        let oracle: Vec<_> = starts
            .filter(|start| field.is_free(&standing, service, *start))
            .collect();
        assert_eq!(offered, oracle, "service {service}");
        for start in field.starts() {
            match field.book(app, service, start).await {
                Ok(booked) => {
                    assert!(offered.contains(&start), "{start} was booked without being offered");
                    let host = Actor::Host { user_id: HOST };
                    cancel_appointment(app, booked.appointment_id, &host, "").await.unwrap();
                    free += 1;
                }
                Err(BookSessionError::SlotGone { .. }) => {
                    assert!(!offered.contains(&start), "{start} was offered and refused");
                    taken += 1;
                }
                Err(error) => panic!("{start}: {error:?}"),
            }
        }
    }
    (free, taken)
}

/// Books whatever is free from first to last, services in turn, until nothing is.
async fn fill_up(field: &Field) -> usize {
    let mut standing = field.standing().await;
    let before = standing.len();
    for service in (0..field.offer.durations.len()).rev() {
        for start in field.starts() {
            let free = field.is_free(&standing, service, start);
            let booked = field.book(&field.program.app, service, start).await;
            assert_eq!(booked.is_ok(), free, "{start}, service {service}: {booked:?}");
            if free {
                standing.push(field.with_buffers((start, start + field.offer.durations[service])));
            }
        }
    }
    for service in 0..field.offer.durations.len() {
        assert_eq!(field.offered(service).await, Vec::<i64>::new());
    }
    standing.len() - before
}
