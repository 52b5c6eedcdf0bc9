//! Restoring an old backup: what was done since is done again without doubling anything.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use rstest::rstest;
use timetap_sandbox::{LedgerQuery, MailFilter, Origin};
use timetap_store::messages::list_unreached::list_unreached;
use timetap_testing::{Engine, HostScene, TestProgram, connect_google};
use timetap_usecases::backup::RestoreOptions;
use timetap_usecases::bookings::book_session;
use timetap_usecases::jobs::{retry_dead, run_due_jobs};
use uuid::Uuid;

use super::support::{backup, number, restore};

const ADA: &str = "ada@sandbox.test";
const LINKED: &str = "SELECT COUNT(*) FROM appointments WHERE meet_link IS NOT NULL";

/// Works until so many bookings have their Meet link, and then until nothing is due.
async fn work_until_linked(program: &TestProgram, bookings: i64) {
    for _ in 0..100 {
        run_due_jobs(&program.app).await.unwrap();
        if number(&program.app.db, LINKED).await == bookings {
            // What waits for a moment, such as a confirmation's grace.
            for _ in 0..3 {
                program.app.clock.advance(SignedDuration::from_secs(30));
                run_due_jobs(&program.app).await.unwrap();
            }
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        program.app.clock.advance(SignedDuration::from_secs(1));
    }
    panic!("{} of {bookings} have a link", number(&program.app.db, LINKED).await);
}

/// How often each mail (by its Message-ID) has arrived.
fn mails(program: &TestProgram) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let ours = MailFilter {
        origin: Some(Origin::Smtp),
        ..MailFilter::default()
    };
    for mail in program.sandbox.control().mails(&ours) {
        *counts
            .entry(mail.content.message_id.clone().unwrap_or_default())
            .or_default() += 1;
    }
    counts
}

fn live_events(program: &TestProgram) -> usize {
    let events = program.sandbox.control().events(ADA).unwrap();
    events
        .iter()
        .filter(|event| {
            event["status"] != "cancelled" && event["extendedProperties"]["private"]["timetap_write"].is_string()
        })
        .count()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn events_are_adopted_and_mails_are_held(#[case] engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let anna = HostScene::new(Uuid::from_u128(0xa), "anna");
    anna.insert(app).await;
    connect_google(app, anna.id, Uuid::from_u128(3), ADA).await.unwrap();
    let book = async |start: &str| {
        book_session(app, &anna.form(app, start), None, "203.0.113.9")
            .await
            .unwrap();
    };

    // One that is finished; one that was confirmed without its link, because Google was away; one that nobody worked on.
    book("2026-11-24T10:00:00+01:00").await;
    work_until_linked(&program, 1).await;
    let google = program.sandbox.control();
    google.unplug();
    book("2026-11-24T12:00:00+01:00").await;
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_secs(10));
        run_due_jobs(app).await.unwrap();
    }
    google.plug();
    book("2026-11-24T14:00:00+01:00").await;
    let old = backup(app).await;

    work_until_linked(&program, 3).await;
    let told = mails(&program);
    assert_eq!(live_events(&program), 3);
    assert_eq!(
        told.len(),
        8,
        "three confirmations and one Meet link, to two people each: {told:?}"
    );
    assert!(told.values().all(|times| *times == 1), "{told:?}");
    let delivered = google.mails(&MailFilter::default()).len();
    assert_eq!(google.count(&LedgerQuery::method("insert").with_effect(true)), 3);
    let inserted = google.count(&LedgerQuery::method("insert").with_effect(true));

    let replace = RestoreOptions {
        replace: true,
        hold_back: true,
    };
    let restored = restore(app, &old, replace).await.unwrap();
    assert_eq!(number(&app.db, LINKED).await, 1, "it is the past again");
    assert_eq!(
        restored.held_mails, 4,
        "the third confirmation, and the second one's link"
    );
    assert_eq!(number(&app.db, "SELECT COUNT(*) FROM login_sessions").await, 0);
    let unreached = list_unreached(app.db.reader(), anna.id, app.clock.now()).await.unwrap();
    assert_eq!(unreached, [], "nobody is said to have missed a mail that went out");
    app.clock.advance(SignedDuration::from_secs(600));
    work_until_linked(&program, 3).await;
    assert_eq!(live_events(&program), 3, "one event for each booking");
    assert_eq!(google.count(&LedgerQuery::method("insert").with_effect(true)), inserted);
    assert_eq!(mails(&program), told, "nobody got a second mail");
    assert_eq!(
        google.mails(&MailFilter::default()).len(),
        delivered,
        "nor a second invitation by Google"
    );
    let open = "SELECT COUNT(*) FROM calendar_writes WHERE state <> 'written'";
    assert_eq!(number(&app.db, open).await, 0);

    // An administrator who knows that they did not go out sends them.
    assert_eq!(retry_dead(app, None).await.unwrap(), 4);
    work_until_linked(&program, 3).await;
    let after = mails(&program);
    assert_eq!(
        after.keys().collect::<Vec<_>>(),
        told.keys().collect::<Vec<_>>(),
        "under the same names"
    );
    assert_eq!(after.values().sum::<usize>(), 12, "{after:?}");
}
