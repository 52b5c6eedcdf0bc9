//! The state file: what is there after a restart, and what a broken one says.

use std::time::Duration;

use serde_json::json;
use timetap_core::{clock::Clock, entropy::Entropy};
use timetap_sandbox::{FaultKind, FaultRule, LedgerQuery, SandboxOptions, start};

use crate::{
    oauth::refresh,
    support::{ADA, Bench, EVENTS, hour_with},
};

#[tokio::test]
async fn events_tokens_faults_and_the_plug_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/state.json");
    let bench = Bench::with(|options| options.state_file = Some(file.clone())).await;
    let pair = bench.sandbox.control().grant_tokens(ADA, EVENTS).unwrap();
    bench
        .insert(&pair.access_token, &hour_with(3, &json!({ "id": "abcde" })))
        .await;
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::InvalidGrant).on("token"))
        .unwrap();
    bench.sandbox.control().unplug();
    bench.sandbox.shutdown().await;

    let bench = Bench::with(|options| options.state_file = Some(file.clone())).await;
    let control = bench.sandbox.control();
    assert!(!control.is_plugged());
    control.plug();
    assert_eq!(control.faults().len(), 1);
    assert_eq!(control.count(&LedgerQuery::method("insert").with_effect(true)), 1);
    assert_eq!(refresh(&bench, &pair.refresh_token).await.0, 200);
    assert_eq!(
        bench.get(&pair.access_token, "/calendars/primary/events/abcde").await.0,
        200
    );
}

#[tokio::test]
async fn a_change_is_saved_within_a_second_without_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let bench = Bench::with(|options| options.state_file = Some(file.clone())).await;
    bench
        .insert(&bench.token(ADA), &hour_with(3, &json!({ "id": "abcde" })))
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"abcde\""));
    assert!(!file.with_extension("tmp").exists());
}

#[tokio::test]
async fn a_pending_conference_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let slow = |options: &mut SandboxOptions| {
        options.state_file = Some(file.clone());
        options.meet_delay = Duration::from_hours(1);
    };
    let bench = Bench::with(slow).await;
    let body = hour_with(
        3,
        &json!({ "id": "abcde", "conferenceData": { "createRequest": { "requestId": "r",
        "conferenceSolutionKey": { "type": "hangoutsMeet" } } } }),
    );
    let path = "/calendars/primary/events?conferenceDataVersion=1";
    bench.send(http::Method::POST, &bench.token(ADA), path, &body).await;
    bench.sandbox.shutdown().await;
    let bench = Bench::with(|options| {
        slow(options);
        options.meet_delay = Duration::from_millis(10);
    })
    .await;
    let control = bench.sandbox.control();
    crate::support::eventually(|| control.events(ADA).unwrap()[0].get("hangoutLink").is_some()).await;
}

#[tokio::test]
async fn a_broken_state_file_and_a_taken_port_stop_the_start_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    std::fs::write(&file, "{").unwrap();
    let mut options = SandboxOptions::new(Clock::system(), Entropy::system());
    options.state_file = Some(file.clone());
    let error = start(options).await.err().unwrap().to_string();
    assert!(error.contains("Delete it to start afresh"), "{error}");

    let bench = Bench::new().await;
    let mut options = SandboxOptions::new(Clock::system(), Entropy::system());
    options.smtp_addr = bench.sandbox.smtp_addr();
    let error = start(options).await.err().unwrap().to_string();
    assert!(
        error.contains("cannot listen on") && error.contains("choose another address"),
        "{error}"
    );
}

#[tokio::test]
async fn a_stopped_sandbox_answers_no_more_even_with_a_hanging_request() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::TimeoutBefore))
        .unwrap();
    let request = bench
        .request(http::Method::GET, &token, "/calendars/primary/events")
        .send();
    let url = bench.url("/");
    let stop = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        bench.sandbox.shutdown().await;
    };
    let started = std::time::Instant::now();
    let (answer, ()) = tokio::join!(request, stop);
    assert!(answer.is_err());
    assert!(started.elapsed() < Duration::from_secs(2));
    assert!(crate::support::client().get(url).send().await.is_err());
}
