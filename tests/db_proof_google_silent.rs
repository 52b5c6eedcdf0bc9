//! Whatever Google does, nobody who books and no host waits for it: the pages ask Google nothing. Only connecting and
//! disconnecting must; these end soon, with a sentence and a way on.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use rstest::rstest;
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery};
use timetap_testing::Engine;

use support::browser::{PASSWORD, profile};
use support::visitor::{Seen, Visitor, between};
use support::whole_program::WholeProgram;

const ADA: &str = "ada@sandbox.test";
/// Far more than a page needs on a busy machine, far less than one call to a Google that hangs.
const NO_WAIT: Duration = Duration::from_secs(8);
/// What connecting and disconnecting may take: eight seconds, and what a busy machine adds.
const SOON: Duration = Duration::from_secs(15);

/// Google's failures that make whoever asks wait, or fail.
fn ways_to_fail() -> [FaultKind; 4] {
    [
        FaultKind::TimeoutBefore,
        FaultKind::SlowDrip { ms: 3_000 },
        FaultKind::Unplugged,
        FaultKind::Status {
            status: 503,
            reason: None,
            retry_after: None,
        },
    ]
}

/// Anna, a host with a service and a connected calendar; signed in.
async fn add_host(program: &WholeProgram) -> Visitor {
    program.add_person("anna@example.org", "Anna", "staff");
    let anna = program.visitor("198.51.100.1");
    anna.sign_in("anna@example.org", PASSWORD).await.location();
    anna.post("/host/profile", &profile("anna")).await.location();
    anna
}

/// The program with pages alone, whose jobs wait for a worker, and Anna.
async fn start_without_worker(engine: Engine) -> (WholeProgram, Visitor) {
    let mut program = WholeProgram::start(engine, &[]).await;
    program.stop().await;
    program.serve_with(&["--no-worker"]).await;
    let anna = add_host(&program).await;
    (program, anna)
}

fn calls(program: &WholeProgram) -> usize {
    program.sandbox.control().ledger(&LedgerQuery::default()).len()
}

/// What happens here happens without waiting.
async fn at_once<T>(what: &str, happening: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let result = happening.await;
    let took = begun.elapsed();
    assert!(took < NO_WAIT, "{what} took {took:?}");
    result
}

/// A customer looks, books, and looks at the booking; the host looks at everything. Gives back the host's page of the booking.
async fn go_through_all_pages(program: &WholeProgram, anna: &Visitor, number: usize) -> Seen {
    let ben = program.visitor(&format!("203.0.113.{}", number + 1));
    let page = at_once("the host's page", ben.page("/anna")).await;
    let service = format!("/anna/{}", between(&page.body, "href=\"/anna/", "\"")[0]);
    // The page of the service, its next month, a day.
    let times = at_once("the free times", ben.free_times(&service, number)).await;
    let email = format!("ben{number}@example.com");
    let fields = [("name", "Ben Okafor"), ("email", email.as_str())];
    let booking = at_once("booking", ben.book(&times[0], &fields)).await.location();
    let confirmation = at_once("the confirmation", ben.page(&booking)).await;
    assert!(confirmation.body.contains("Booked."), "{}", confirmation.gist());
    let (path, query) = booking.split_once('?').unwrap();
    for more in ["status", "invite.ics", "reschedule", "cancel"] {
        at_once(more, ben.page(&format!("{path}/{more}?{query}"))).await;
    }
    let status = ben.page(&format!("{path}/status?{query}")).await;
    assert!(status.body.starts_with('{'), "{}", status.body);
    let id = path.rsplit('/').next().unwrap();
    for page in [
        "/",
        "/host",
        "/host/bookings",
        "/host/integrations",
        "/host/why",
        "/host/hours",
        "/account",
    ] {
        at_once(page, anna.page(page)).await;
    }
    at_once("the host's booking", anna.page(&format!("/host/bookings/{id}"))).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn pages_ask_google_nothing(#[case] engine: Engine) {
    let (program, anna) = start_without_worker(engine).await;
    anna.connect_google(ADA).await;
    let google = program.sandbox.control();
    let before = calls(&program);
    for (number, kind) in ways_to_fail().into_iter().enumerate() {
        google.clear_faults();
        google.add_fault(FaultRule::new(kind)).unwrap();
        let shown = go_through_all_pages(&program, &anna, number).await;
        assert_eq!(shown.status, StatusCode::OK);
    }
    assert_eq!(calls(&program), before, "no page asks Google anything");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bookings_and_pages_go_on_while_the_worker_waits_for_google(#[case] engine: Engine) {
    let program = WholeProgram::start(engine, &[]).await;
    let anna = add_host(&program).await;
    anna.connect_google(ADA).await;
    let google = program.sandbox.control();
    let before = calls(&program);
    for (number, kind) in ways_to_fail().into_iter().enumerate() {
        google.clear_faults();
        google.add_fault(FaultRule::new(kind)).unwrap();
        go_through_all_pages(&program, &anna, number).await;
    }
    assert!(calls(&program) > before, "the worker did ask");
    google.clear_faults();
}

/// Comes back from the consent page while Google fails with `kind` at `step`; gives the page that explains.
async fn come_back(program: &WholeProgram, anna: &Visitor, step: &str, kind: FaultKind) -> Seen {
    let google = program.sandbox.control();
    let consent = anna.get("/api/google/calendar/connect").await.location();
    let back = support::visitor::answer_consent(&consent, ADA).await;
    google.add_fault(FaultRule::new(kind).on(step)).unwrap();
    let begun = Instant::now();
    let answer = anna.get(&back).await.location();
    assert!(begun.elapsed() < SOON, "{step}: {:?}", begun.elapsed());
    google.clear_faults();
    assert!(answer.starts_with("/host/integrations?problem="), "{step}: {answer}");
    anna.page(&answer).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn connecting_and_disconnecting_end_soon_and_in_words(#[case] engine: Engine) {
    let (program, anna) = start_without_worker(engine).await;
    for (step, kind) in [
        ("token", FaultKind::TimeoutAfter),
        ("userinfo", FaultKind::Unplugged),
        // A byte now and then keeps the connection alive, but nobody waiting for it.
        ("calendarList", FaultKind::SlowDrip { ms: 900 }),
    ] {
        let page = come_back(&program, &anna, step, kind).await;
        assert!(
            page.body.contains("Google is not answering right now."),
            "{}",
            page.gist()
        );
        assert!(
            page.body.contains("Not connected"),
            "nothing is half connected: {}",
            page.gist()
        );
        assert!(page.body.contains("href=\"/api/google/calendar/connect\""), "a way on");
    }
    let invalid = come_back(&program, &anna, "token", FaultKind::InvalidGrant).await;
    assert!(
        invalid.body.contains("Google no longer accepts this answer"),
        "{}",
        invalid.gist()
    );

    for kind in [FaultKind::TimeoutBefore, FaultKind::SlowDrip { ms: 9_000 }] {
        anna.connect_google(ADA).await;
        let page = anna.page("/host/integrations").await;
        let id = page.field("connection");
        program
            .sandbox
            .control()
            .add_fault(FaultRule::new(kind).on("revoke"))
            .unwrap();
        let begun = Instant::now();
        let done = anna
            .post("/api/google/calendar/disconnect", &[("connection", &id)])
            .await;
        assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
        assert_eq!(done.location(), "/host/integrations?done=disconnected_not_told");
        program.sandbox.control().clear_faults();
        let page = anna.page(&done.location()).await;
        assert!(
            page.body.contains("could not be told") && page.body.contains("Not connected"),
            "{}",
            page.gist()
        );
    }
}
