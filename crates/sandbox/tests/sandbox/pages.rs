//! The pages a person uses, by links and plain forms.

use serde_json::{Map, Value, json};
use timetap_sandbox::{FaultKind, FaultRule};

use crate::support::{ADA, Bench, hour_with};

async fn page(bench: &Bench, path: &str) -> String {
    let response = bench.client.get(bench.url(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    // As a browser reads it.
    response.text().await.unwrap().replace("&#x2f;", "/")
}

#[tokio::test]
async fn every_page_says_that_it_is_not_google_and_has_no_script() {
    let bench = Bench::new().await;
    for path in [
        "/",
        "/mail",
        "/control",
        "/calendar/u/cleo@sandbox.test",
        "/meet/abc-defg-hij",
    ] {
        let html = page(&bench, path).await;
        assert!(
            html.contains("Sandbox: not Google") && html.contains("<html lang=\"en\">"),
            "{path}"
        );
        assert_eq!(
            (html.matches("<h1").count(), html.matches("<script").count()),
            (1, 0),
            "{path}"
        );
    }
    for path in [
        "/nothing",
        "/meet/none",
        "/calendar/u/nobody@sandbox.test",
        "/calendar/event/zzz",
    ] {
        let response = bench.client.get(bench.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert!(response.text().await.unwrap().contains("Nothing here"));
    }
}

#[tokio::test]
async fn the_front_page_links_everything() {
    let bench = Bench::new().await;
    let html = page(&bench, "/").await;
    for link in [
        "href=\"/mail\"",
        "href=\"/control\"",
        "Ada Fern",
        "Cleo Wirth",
        "Nora Meetless",
    ] {
        assert!(html.contains(link), "{link}");
    }
    let account = html
        .split("href=\"/calendar/u/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    assert!(
        page(&bench, &format!("/calendar/u/{account}"))
            .await
            .contains("ada@sandbox.test")
    );
}

#[tokio::test]
async fn the_calendar_page_shows_events_and_strikes_cancelled_ones_through() {
    let bench = Bench::new().await;
    let control = bench.sandbox.control();
    let more = json!({ "id": "abcde", "summary": "<i>Piano</i>", "description": "Bring notes", "attendees": [{ "email": "zoe@example.org" }],
        "conferenceData": { "createRequest": { "requestId": "r", "conferenceSolutionKey": { "type": "hangoutsMeet" } } } });
    let event: Map<String, Value> = serde_json::from_value(hour_with(3, &more)).unwrap();
    control.add_event(ADA, &event).unwrap();
    let html = page(&bench, "/calendar/u/ada@sandbox.test").await;
    for text in [
        "&lt;i&gt;Piano",
        "Thursday 3 December 2026, 10:00 – 11:00 (Europe/Madrid)",
        "zoe@example.org",
        "/meet/",
        "Bring notes",
    ] {
        assert!(html.contains(text), "{text} is missing");
    }
    assert!(!html.contains("<i>Piano"));
    control.delete_event(ADA, "abcde").unwrap();
    assert!(
        page(&bench, "/calendar/u/ada@sandbox.test")
            .await
            .contains("<del>&lt;i&gt;Piano")
    );
}

async fn submit(bench: &Bench, form: &[(&str, &str)]) -> u16 {
    bench
        .client
        .post(bench.url("/control"))
        .form(form)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test]
async fn the_control_page_unplugs_and_plugs_by_a_form() {
    let bench = Bench::new().await;
    assert!(page(&bench, "/control").await.contains("Unplug Google"));
    assert_eq!(submit(&bench, &[("action", "unplug")]).await, 303);
    assert!(!bench.sandbox.control().is_plugged());
    assert!(page(&bench, "/control").await.contains("Plug Google back in"));
    assert_eq!(submit(&bench, &[("action", "plug")]).await, 303);
    assert!(bench.sandbox.control().is_plugged());
}

#[tokio::test]
async fn every_fault_the_page_offers_can_be_added() {
    let bench = Bench::new().await;
    let html = page(&bench, "/control").await;
    let select = html
        .split("<select name=\"fault\">")
        .nth(1)
        .and_then(|rest| rest.split("</select>").next())
        .unwrap();
    let offered: Vec<_> = select
        .split("value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(offered.len() > 15);
    for fault in &offered {
        let form = [
            ("action", "add-fault"),
            ("fault", *fault),
            ("method", "any"),
            ("account", ""),
            ("times", ""),
        ];
        assert_eq!(submit(&bench, &form).await, 303, "{fault}");
    }
    assert_eq!(bench.sandbox.control().faults().len(), offered.len());
    let id = bench.sandbox.control().faults()[0].id.to_string();
    assert_eq!(submit(&bench, &[("action", "remove-fault"), ("id", &id)]).await, 303);
    assert_eq!(submit(&bench, &[("action", "clear-faults")]).await, 303);
    assert!(bench.sandbox.control().faults().is_empty());
}

#[tokio::test]
async fn a_wrong_form_is_answered_on_the_page() {
    let bench = Bench::new().await;
    for form in [
        vec![("action", "dance")],
        vec![("action", "add-fault"), ("fault", "gremlins")],
        vec![("action", "add-fault"), ("fault", "timeout_after"), ("times", "often")],
        vec![("action", "remove-fault"), ("id", "7")],
    ] {
        let response = bench
            .client
            .post(bench.url("/control"))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 400);
        assert!(response.text().await.unwrap().contains("role=\"alert\""));
    }
}

#[tokio::test]
async fn the_control_page_shows_faults_and_the_ledger() {
    let bench = Bench::new().await;
    let token = bench.token(ADA);
    bench
        .sandbox
        .control()
        .add_fault(FaultRule::new(FaultKind::TruncatedJson).on("insert").of(ADA))
        .unwrap();
    bench.get(&token, "/calendars/primary/events/abcde").await;
    let html = page(&bench, "/control").await;
    for text in [
        "<strong>truncated_json</strong>",
        "<td>get</td>",
        "<td>404</td>",
        "<td>abcde</td>",
    ] {
        assert!(html.contains(text), "{text}");
    }
}
