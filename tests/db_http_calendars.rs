//! A host connects Google as a browser does: over the consent page and back, with every way in which it may not work said
//! in words; and an administrator looks after the queue.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::COOKIE;
use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_sandbox::NewAccount;
use timetap_store::jobs::claim_jobs::{Claim, claim_jobs};
use timetap_store::jobs::insert_job::{NewJob, insert_job};
use timetap_store::jobs::kill_job::kill_job;
use timetap_testing::Engine;

use support::Server;
use support::browser::{Browser, location};
use support::google_stage::Stage;
use support::orders::{account, insert_order, set_manager};
use support::reading::{between, booking_fields, free_times, page};

const ADA: &str = "ada@sandbox.test";
const CONNECT: &str = "/api/google/calendar/connect";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn connecting_and_disconnecting_as_a_browser_does(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let anna = Browser::sign_in(&stage.server, "anna", "staff").await;
    let page = anna.page("/host/integrations").await;
    assert!(
        page.contains("Not connected") && page.contains(&format!("href=\"{CONNECT}\"")),
        "{page}"
    );

    anna.connect(ADA).await;
    let page = anna.page("/host/integrations?done=connected").await;
    assert!(page.contains("Google is connected.") && page.contains(ADA));
    // The worker of the same process reads the busy times at once.
    let mut connected = false;
    for _ in 0..100 {
        connected = anna.page("/host/integrations").await.contains("Connected");
        if connected {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(connected);

    // What a comparison found of bookings that an older backup does not know of is there to decide about.
    assert!(!page.contains("not known here"), "{page}");
    let kept = r#"[{"title": "[TimeTap] Session with ben@example.com", "starts": 4102444800000, "ends": 4102448400000,
        "link": "https://calendar.google.com/event?eid=1"}]"#;
    let sql = format!("UPDATE calendar_connections SET unknown_events = '{kept}'");
    let writer = stage.server.database.db.writer();
    writer.execute_unprepared(&sql).await.unwrap();
    let page = anna.page("/host/integrations").await;
    assert!(
        page.contains("In your calendar, but not known here")
            && page.contains("href=\"https://calendar.google.com/event?eid=1\"")
            && page.contains("[TimeTap] Session with ben@example.com"),
        "{page}"
    );

    let nothing = [("form", "calendars"), ("busy", "no|such"), ("write", "none|there")];
    let answer = anna.post("/host/integrations", &nothing).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = answer.text().await.unwrap();
    assert!(again.contains("This calendar is no longer there. Please choose another one."));
    let answer = anna
        .post("/host/integrations", &[("form", "calendars"), ("write", "none")])
        .await;
    assert_eq!(location(&answer), "/host/integrations?done=chosen");
    assert!(
        anna.page("/host/integrations")
            .await
            .contains("No calendar receives your bookings")
    );

    let id = connection_id(&anna.page("/host/integrations").await);
    let path = "/api/google/calendar/disconnect";
    let forged = anna.post_from(path, &[("connection", &id)], "cross-site").await;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let berta = Browser::sign_in(&stage.server, "berta", "staff").await;
    let foreign = berta.post(path, &[("connection", &id)]).await;
    assert_eq!(location(&foreign), "/host/integrations?problem=no_connection");
    let done = anna.post(path, &[("connection", &id)]).await;
    assert_eq!(location(&done), "/host/integrations?done=disconnected");
    let page = anna.page("/host/integrations?done=disconnected").await;
    assert!(page.contains("our access there is withdrawn") && page.contains("Not connected"));
    assert_eq!(
        stage
            .google
            .control()
            .account_views()
            .iter()
            .find(|view| view.account.email == ADA)
            .unwrap()
            .granted,
        ""
    );
}

/// The id in the first form that ends a connection.
fn connection_id(page: &str) -> String {
    let tag = page
        .split("<input")
        .find(|tag| tag.contains("name=\"connection\""))
        .unwrap();
    tag.split("value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_way_not_to_connect_is_said_in_words(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let anna = Browser::sign_in(&stage.server, "anna", "staff").await;
    let callback = "/api/google/calendar/callback";

    let denied = anna.consent(ADA, "deny", 0).await;
    let unticked = anna.consent(ADA, "allow", 1).await;
    let fine = anna.consent(ADA, "allow", 3).await;
    let unplugged = anna.consent(ADA, "allow", 3).await;
    let berta = Browser::sign_in(&stage.server, "berta", "staff").await;
    let mut said = Vec::new();
    said.push(anna.come_back(&denied).await);
    said.push(anna.come_back(&unticked).await);
    said.push(anna.come_back(&format!("{callback}?code=x&state=forged")).await);
    said.push(anna.come_back(callback).await);
    said.push(berta.come_back(&fine).await);
    stage.google.control().unplug();
    said.push(anna.come_back(&unplugged).await);
    stage.google.control().plug();
    said.push(anna.come_back(&unplugged).await);
    let codes: Vec<&str> = said
        .iter()
        .map(|to| to.strip_prefix("/host/integrations?problem=").unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "denied",
            "scopes&missing=calendar.freebusy+calendar.calendarlist.readonly",
            "state_unknown",
            "state_unknown",
            "state_foreign",
            "google_down",
            "state_used",
        ]
    );
    let words = [
        "You did not give Google your permission",
        "see when you are busy",
        "not one that we asked for",
        "not one that we asked for",
        "belongs to another sign-in",
        "Google is not answering right now",
        "was used already",
    ];
    for (address, words) in said.iter().zip(words) {
        let page = anna.page(address).await;
        assert!(page.contains(words), "{words}: {address}");
        assert!(page.contains("Not connected"));
    }
    assert!(
        !anna
            .page("/host/integrations?problem=%3Cb%3Exyzzy")
            .await
            .contains("xyzzy")
    );

    // Another site cannot send people to Google in our name, and nobody gets there without signing in.
    let elsewhere = anna.get_from(CONNECT, "cross-site").await;
    assert_eq!(location(&elsewhere), "/host/integrations");
    let bare = anna
        .server
        .http
        .get(anna.server.url(CONNECT))
        .header(COOKIE, &anna.cookie);
    assert_eq!(location(&bare.send().await.unwrap()), "/host/integrations");
    let posted = anna.post_from(CONNECT, &[], "cross-site").await;
    assert_eq!(posted.status(), StatusCode::FORBIDDEN);
    let stranger = Browser {
        server: &stage.server,
        cookie: String::new(),
    };
    for path in [CONNECT, callback] {
        let to = location(&stranger.get_from(path, "same-origin").await);
        assert_eq!(to, "/sign-in?next=%2Faccount%2Fcalendars");
    }
    let customer = Browser::sign_in(&stage.server, "carla", "customer").await;
    assert_eq!(
        customer.get_from("/host/integrations", "same-origin").await.status(),
        StatusCode::FORBIDDEN
    );
    // The answer that another person brought is still good for its owner.
    assert_eq!(anna.come_back(&fine).await, "/host/integrations?done=connected");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_queue_is_for_administrators(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let anna = Browser::sign_in(&stage.server, "anna", "manager").await;
    assert_eq!(
        anna.get_from("/admin/jobs", "same-origin").await.status(),
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        anna.post("/admin/jobs", &[("job", "all")]).await.status(),
        StatusCode::FORBIDDEN
    );

    let root = Browser::sign_in(&stage.server, "root", "admin").await;
    assert!(root.page("/admin/jobs").await.contains("Nothing has failed for good."));
    let waiting = root.page("/admin/jobs?state=queued").await;
    assert!(waiting.contains("Tidy up"), "what the worker does by itself");
    let odd = root.post("/admin/jobs", &[("job", "nonsense")]).await;
    assert_eq!(odd.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // A job that no version can read rests here, explained, until it is retried.
    let id = dead_letter(&stage.server).await;
    let page = root.page("/admin/jobs").await;
    assert!(page.contains("Failed for good (1)") && page.contains("Google does not let us do this in that calendar."));
    assert!(page.contains("1 failed attempt") && page.contains("Its owner has to check"));
    let answer = root.post("/admin/jobs", &[("job", &id.to_string())]).await;
    assert_eq!(location(&answer), "/admin/jobs?done=retried");
    assert!(root.page("/admin/jobs?done=retried").await.contains("Queued again."));
    let nothing = root
        .post("/admin/jobs", &[("job", &uuid::Uuid::from_u128(8).to_string())])
        .await;
    assert_eq!(location(&nothing), "/admin/jobs?done=none");
}

/// A job that failed for good. It was due only in a far year, so that the server's own worker left it alone.
async fn dead_letter(server: &Server) -> uuid::Uuid {
    let db = &server.database.db;
    let far: jiff::Timestamp = "2090-01-01T00:00:00Z".parse().unwrap();
    let id = uuid::Uuid::from_u128(7);
    let new = NewJob {
        id,
        kind: "write_calendar",
        payload: serde_json::json!({ "write_id": uuid::Uuid::from_u128(9) }),
        subject_id: Some(uuid::Uuid::from_u128(9)),
        lane: None,
        dedupe_key: Some("write_calendar:9".to_owned()),
        priority: 10,
        run_at: far,
        caused_by: None,
        trace_parent: None,
    };
    insert_job(db.writer(), &new, far).await.unwrap();
    let claim = Claim {
        worker: "test",
        kinds: &["write_calendar"],
        limit: 1,
        per_lane: 1,
        lease_until: far,
    };
    let job = claim_jobs(db.writer(), &claim, far).await.unwrap().remove(0);
    let words = "Google does not let us do this in that calendar.";
    kill_job(db.writer(), job.lease(), "forbidden", words, far)
        .await
        .unwrap();
    id
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_customer_connects_too_and_asks_how_an_order_stands(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let db = &stage.server.database.db;
    let anna = Browser::host(&stage.server, "anna").await;
    let services = anna.page("/host/services").await;
    assert!(services.contains("/host/services/"), "a profile brings a service");
    let carla = Browser::sign_in(&stage.server, "carla", "customer").await;
    let [host, customer] = [
        account(db, "anna@example.org").await,
        account(db, "carla@example.org").await,
    ];
    let ordered = insert_order(db, host, Some(customer)).await;
    let address = format!("/orders/{}/calendar-status", ordered.id);
    let ask = async || -> serde_json::Value { carla.get(&address).await.json().await.unwrap() };

    // Not connected: said in words, and the way there is open to her.
    let before = ask().await;
    assert_eq!(before["google"]["added"], false);
    assert_eq!(before["google"]["words"], "Connect Google to add to calendar");
    assert!(before["google"].get("providerEventId").is_none());
    for provider in ["outlook", "apple"] {
        assert_eq!(before[provider], serde_json::json!({"added": false, "items": []}));
    }
    let page = carla.page("/account/calendars").await;
    assert!(
        page.contains("Not connected") && page.contains(&format!("href=\"{CONNECT}\"")),
        "{page}"
    );
    assert_eq!(carla.get("/host/integrations").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(location(&anna.get("/account/calendars").await), "/host/integrations");

    // Connecting writes what is missing.
    carla.connect_customer("cleo@sandbox.test").await;
    let mut after = ask().await;
    for _ in 0..200 {
        if after["google"]["added"] == true {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        after = ask().await;
    }
    assert_eq!(after["google"]["added"], true, "{after}");
    let id = after["google"]["providerEventId"].as_str().unwrap();
    assert_eq!(after["google"]["items"][0]["providerEventId"], id);
    assert_eq!(
        after["google"]["items"][0]["appointmentId"],
        ordered.appointment_id.to_string()
    );
    let events = stage.google.control().events("cleo@sandbox.test").unwrap();
    assert!(events.iter().any(|event| event["id"] == id));

    // Behind the link it is the same, without an account; a wrong token opens nothing, none at all neither.
    let nobody = Browser {
        server: &stage.server,
        cookie: String::new(),
    };
    let by_link = nobody.get(&format!("{address}?token={}", ordered.token)).await;
    assert_eq!(by_link.json::<serde_json::Value>().await.unwrap(), after);
    assert_eq!(
        nobody.get(&format!("{address}?token=wrong")).await.status(),
        StatusCode::NOT_FOUND
    );
    assert_eq!(nobody.get(&address).await.status(), StatusCode::UNAUTHORIZED);
    let stranger = Browser::sign_in(&stage.server, "dora", "customer").await;
    assert_eq!(stranger.get(&address).await.status(), StatusCode::NOT_FOUND);

    // Of a paid order who serves, whoever they report to, and who runs it may ask, too, each of their own events.
    let max = Browser::sign_in(&stage.server, "max", "manager").await;
    assert_eq!(max.get(&address).await.status(), StatusCode::NOT_FOUND);
    set_manager(db, host, account(db, "max@example.org").await).await;
    let admin = Browser::sign_in(&stage.server, "ida", "admin").await;
    for (who, items) in [(&anna, 1), (&max, 1), (&admin, 0)] {
        let answer: serde_json::Value = who.get(&address).await.json().await.unwrap();
        assert_eq!(answer["google"]["added"], false);
        assert_eq!(answer["google"]["items"].as_array().unwrap().len(), items, "{answer}");
    }

    // How the account is used is hers to say.
    let page = carla.page("/account/calendars").await;
    assert!(
        page.contains("Gets your bookings") && !page.contains("make you busy"),
        "{page}"
    );
    let off = [
        ("form", "preferences"),
        ("connection", &*connection_id(&page)),
        ("auto", "on"),
        ("direction", "write"),
    ];
    let answer = carla.post("/account/calendars", &off).await;
    assert_eq!(location(&answer), "/account/calendars?done=preferences");
    assert!(carla.page("/account/calendars").await.contains("Sync is off"));
    let foreign = stranger.post("/account/calendars", &off).await;
    assert_eq!(location(&foreign), "/account/calendars?problem=no_connection");
    let all = [("form", "all_events"), ("all", "on")];
    assert_eq!(
        carla.post("/account/calendars", &all).await.status(),
        StatusCode::FORBIDDEN
    );
    let root = Browser::sign_in(&stage.server, "root", "admin").await;
    assert_eq!(
        location(&root.post("/host/integrations", &all).await),
        "/host/integrations?done=all_events"
    );
    assert!(root.page("/host/integrations").await.contains("Everybody’s bookings"));
}

/// How the order stands in the asker's calendar, once its events stand there.
async fn wait_until_added(who: &Browser<'_>, address: &str) -> serde_json::Value {
    let mut answer = serde_json::Value::Null;
    for _ in 0..400 {
        answer = who.get(address).await.json().await.unwrap();
        if answer["google"]["added"] == true {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never added: {answer}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn staff_managers_and_administrators_ask_for_their_own_event(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let db = &stage.server.database.db;
    let anna = Browser::host(&stage.server, "anna").await;
    let max = Browser::sign_in(&stage.server, "max", "manager").await;
    let [ida, root] = [
        Browser::sign_in(&stage.server, "ida", "admin").await,
        Browser::sign_in(&stage.server, "root", "admin").await,
    ];
    let host = account(db, "anna@example.org").await;
    set_manager(db, host, account(db, "max@example.org").await).await;
    let all = [("form", "all_events"), ("all", "on")];
    let asked = ida.post("/host/integrations", &all).await;
    assert_eq!(location(&asked), "/host/integrations?done=all_events");
    let ordered = insert_order(db, host, None).await;
    let address = format!("/orders/{}/calendar-status", ordered.id);

    stage
        .google
        .control()
        .add_account(&NewAccount {
            email: "rita@sandbox.test".to_owned(),
            name: "Rita".to_owned(),
            meet: true,
        })
        .unwrap();
    root.connect("rita@sandbox.test").await;
    let people = [
        (&anna, "ada@sandbox.test", "[TimeTap] Session with carla@example.org"),
        (&max, "ben@sandbox.test", "Anna Lind - One-hour session"),
        (&ida, "cleo@sandbox.test", "Anna Lind - One-hour session"),
    ];
    let mut ids = Vec::new();
    for (who, calendar, title) in people {
        let back = who.consent(calendar, "allow", 3).await;
        assert_eq!(who.come_back(&back).await, "/host/integrations?done=connected_one");
        let answer = wait_until_added(who, &address).await;
        let items = answer["google"]["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{answer}");
        assert_eq!(items[0]["appointmentId"], ordered.appointment_id.to_string());
        let id = items[0]["providerEventId"].as_str().unwrap().to_owned();
        assert_eq!(answer["google"]["providerEventId"], id);
        // What is said of it stands in their own calendar, in their own words.
        let events = stage.google.control().events(calendar).unwrap();
        let event = events.iter().find(|event| event["id"] == id).unwrap();
        assert_eq!(event["summary"], title, "{event}");
        ids.push(id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has an event of their own");

    // Who runs it and did not ask for all events has none, in a calendar that was there before all others.
    let answer: serde_json::Value = root.get(&address).await.json().await.unwrap();
    assert_eq!(answer["google"]["added"], false, "{answer}");
    assert_eq!(answer["google"]["items"], serde_json::json!([]));
    let events = stage.google.control().events("rita@sandbox.test").unwrap();
    assert!(events.is_empty(), "{events:?}");
    let stranger = Browser::host(&stage.server, "berta").await;
    assert_eq!(stranger.get(&address).await.status(), StatusCode::NOT_FOUND);
}

/// The host's page of a booking, once it says `words`.
async fn wait_for_words(who: &Browser<'_>, booking: &str, words: &str) -> String {
    let mut seen = String::new();
    for _ in 0..400 {
        seen = who.page(booking).await;
        if seen.contains(words) {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{words}: {seen}");
}

/// Books a time of Anna's; the customer's page of it, and hers.
async fn book(stage: &Stage, path: &str, time: &str) -> (String, String) {
    let form = page(&stage.server, time).await;
    let fields = booking_fields(&form, "Ben Okafor", "ben@example.com");
    let request = stage.server.http.post(stage.server.url(path));
    let booked = request.header("Sec-Fetch-Site", "same-origin").form(&fields);
    let confirmation = location(&booked.send().await.unwrap());
    let id = between(&confirmation, "/bookings/", "?")[0];
    let hosts = format!("/host/bookings/{id}");
    (confirmation, hosts)
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_adds_bookings_by_hand_adds_one_on_its_page(#[case] engine: Engine) {
    let stage = Stage::start(engine).await;
    let anna = Browser::host(&stage.server, "anna").await;
    anna.connect(ADA).await;
    let id = connection_id(&anna.page("/host/integrations").await);
    let prefer = async |chosen: (&str, &str)| {
        let fields = [
            ("form", "preferences"),
            ("connection", &*id),
            ("direction", "both"),
            chosen,
        ];
        let answer = anna.post("/host/integrations", &fields).await;
        assert_eq!(location(&answer), "/host/integrations?done=preferences");
    };
    let events = || stage.google.control().events(ADA).unwrap().len();
    let (path, times) = free_times(&stage.server, "anna", "Europe/Madrid").await;

    // Synced, but nothing by itself.
    prefer(("sync", "on")).await;
    let (to_customer, booking) = book(&stage, &path, &times[0]).await;
    let seen = wait_for_words(&anna, &booking, "Not added").await;
    assert!(
        seen.contains("You add events to this calendar yourself.") && !seen.contains("Connect Google"),
        "{seen}"
    );
    let to_customer = page(&stage.server, &to_customer).await;
    assert!(
        to_customer.contains("Anna Lind keeps their calendar themselves. Your booking stands all the same."),
        "{to_customer}"
    );
    assert_eq!(events(), 0);
    assert!(seen.contains(">Add to Google Calendar"), "{seen}");
    let none: [(&str, &str); 0] = [];
    let done = location(&anna.post(&booking, &none).await);
    assert_eq!(done, format!("{booking}?done=adding"));
    wait_for_words(&anna, &booking, "Added to Google Calendar").await;
    assert_eq!(events(), 1);

    // Who has turned sync off is led to where it is turned on.
    prefer(("auto", "on")).await;
    let (_, booking) = book(&stage, &path, times.last().unwrap()).await;
    let seen = wait_for_words(&anna, &booking, "Not added").await;
    assert!(
        seen.contains("Turn it on to add to calendar.")
            && seen.contains(">Your calendars")
            && !seen.contains(">Add to Google Calendar"),
        "{seen}"
    );
    assert_eq!(events(), 1);
}
