//! GET and HEAD change nothing. Of what follows a GET all the same, each has its reason here, and the tables that it may touch.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::header::{COOKIE, LOCATION};
use reqwest::{Method, Response, StatusCode};
use rstest::rstest;
use timetap_sandbox::{LedgerQuery, PayWith};
use timetap_testing::{Engine, changes, fingerprint};

use crate::matrix::{Thing, Visit, routes};
use crate::support::reading::between;
use crate::world::{Booking, EVERYBODY, World};

/// What stands in the database, to be compared with what stands there afterwards.
struct Before<'a> {
    world: &'a World,
    rows: BTreeMap<String, Vec<String>>,
}

impl<'a> Before<'a> {
    async fn now(world: &'a World) -> Self {
        let rows = fingerprint(&world.stage.server.database.db).await;
        Self { world, rows }
    }

    /// The lines that differ.
    async fn changed(&self) -> Vec<String> {
        changes(&self.rows, &fingerprint(&self.world.stage.server.database.db).await)
    }

    /// The tables in which something differs.
    async fn tables(&self) -> BTreeSet<String> {
        let table = |line: &String| line[2..].split(':').next().unwrap().to_owned();
        self.changed().await.iter().map(table).collect()
    }
}

async fn ask(world: &World, method: Method, name: &str, path: &str, site: &str) -> Response {
    let server = &world.stage.server;
    let request = server.http.request(method, server.url(path));
    let request = request.header("Sec-Fetch-Site", site);
    let request = request.header(COOKIE, &world.person(name).cookie);
    request.send().await.unwrap()
}

/// HEAD is asked of a page by link checkers and previews: everybody asks it of every page, of what is theirs and of what is not,
/// and not even when a session was last used is noted. (What GET changes, the matrix asks along the way.)
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn looking_changes_nothing(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let mut things: BTreeMap<Thing, Option<Booking>> = BTreeMap::new();
    let routes = routes(&world);
    let reads = || routes.iter().filter(|(method, _)| method == "GET");
    for (method, path) in reads() {
        for thing in Thing::of(method, path) {
            let visit = Visit {
                world: &world,
                method: "HEAD",
                path,
                thing: *thing,
            };
            if !things.contains_key(thing) {
                things.insert(*thing, visit.make_thing().await);
            }
        }
    }
    assert_eq!(things.len(), 7, "{:?}", things.keys());
    // Long ago.
    world
        .sql("UPDATE login_sessions SET last_seen_at = last_seen_at - 172800000")
        .await;
    let before = Before::now(&world).await;
    for (method, path) in reads() {
        for thing in Thing::of(method, path) {
            let visit = Visit {
                world: &world,
                method: "HEAD",
                path,
                thing: *thing,
            };
            for name in EVERYBODY {
                let answer = visit.send(name, things[thing].as_ref()).await;
                let status = answer.status();
                assert!(!status.is_server_error(), "{} as {name}: {status}", visit.name());
                assert!(answer.bytes().await.unwrap().is_empty(), "{}", visit.name());
            }
            let changed = before.changed().await;
            assert!(changed.is_empty(), "{}: {changed:#?}", visit.name());
        }
    }
    // A session that is used lives on: that, and nothing else, is noted now and then by whatever page is asked for.
    let page = ask(&world, Method::GET, "customer", "/account", "same-origin").await;
    assert_eq!(page.status(), StatusCode::OK);
    let changed = before.changed().await;
    assert_eq!(before.tables().await, ["login_sessions".to_owned()].into());
    assert_eq!(changed.len(), 2, "one session, before and after: {changed:#?}");
}

/// The trip to Google keeps a state that Google brings back, and what it brings is kept: a redirect by the protocol cannot be a
/// form. The state is bound to the session and good for one use.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_trip_to_google_changes_its_own_tables_and_no_head_does(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let name = "customer";
    let connect = "/api/google/calendar/connect";
    let before = Before::now(&world).await;
    for (method, site) in [(Method::HEAD, "same-origin"), (Method::GET, "cross-site")] {
        let answer = ask(&world, method, name, connect, site).await;
        assert_eq!(answer.headers()[LOCATION], "/account/calendars");
        assert!(before.changed().await.is_empty());
    }
    let back = world.browser(name).consent("ben@sandbox.test", "allow", 3).await;
    assert_eq!(before.tables().await, ["oauth_attempts".to_owned()].into());

    let before = Before::now(&world).await;
    let answer = ask(&world, Method::HEAD, name, &back, "cross-site").await;
    assert_eq!(answer.headers()[LOCATION], "/account/calendars");
    assert!(before.changed().await.is_empty(), "{:#?}", before.changed().await);
    for stranger in ["other customer", "host", "administrator", "anonymous"] {
        ask(&world, Method::GET, stranger, &back, "cross-site").await;
        assert!(
            before.changed().await.is_empty(),
            "{stranger}: {:#?}",
            before.changed().await
        );
    }
    let answer = ask(&world, Method::GET, name, &back, "cross-site").await;
    assert_eq!(answer.headers()[LOCATION], "/account/calendars?done=connected");
    let expected = ["calendar_connections", "connection_calendars", "jobs", "oauth_attempts"];
    assert_eq!(before.tables().await, expected.map(str::to_owned).into());
    // Again, it is worth nothing.
    let before = Before::now(&world).await;
    let answer = ask(&world, Method::GET, name, &back, "cross-site").await;
    assert_eq!(answer.headers()[LOCATION], "/account/calendars?problem=state_used");
    assert!(before.changed().await.is_empty());
}

/// A page that waits for a payment asks Stripe. While there is none, it changes nothing however often it asks; a payment that it
/// finds is booked as by Stripe's own message. Not by HEAD.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn waiting_for_a_payment_changes_nothing_before_there_is_one(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let stripe = world.stage.google.control();
    let order = world.order("guest").await;
    let (id, token) = (&order.id, &order.token);
    let waiting = [
        format!("/checkout/processing?order={id}&token={token}"),
        format!("/checkout/success?order={id}&token={token}"),
        format!("/orders/{id}/progress?token={token}"),
    ];
    let asked_stripe = || stripe.ledger(&LedgerQuery::default()).len();
    let before = Before::now(&world).await;
    for path in &waiting {
        for method in [Method::GET, Method::HEAD, Method::GET] {
            let reads = method == Method::GET;
            let asked = asked_stripe();
            let answer = ask(&world, method, "guest", path, "same-origin").await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(asked_stripe() > asked, reads, "{path}");
        }
        assert!(
            before.changed().await.is_empty(),
            "{path}: {:#?}",
            before.changed().await
        );
    }
    let page = world
        .browser("guest")
        .post(&format!("/orders/{id}?token={token}"), &[])
        .await;
    let pay_at = page.headers()[LOCATION].to_str().unwrap().to_owned();
    let session = pay_at.rsplit('/').next().unwrap();
    stripe
        .pay_session(session, "dora@example.com", None, &PayWith::Card)
        .unwrap();
    let before = Before::now(&world).await;
    for path in &waiting {
        ask(&world, Method::HEAD, "guest", path, "same-origin").await;
        ask(
            &world,
            Method::GET,
            "other guest",
            path.split("token=").next().unwrap(),
            "same-origin",
        )
        .await;
        assert!(
            before.changed().await.is_empty(),
            "{path}: {:#?}",
            before.changed().await
        );
    }
    let found = ask(&world, Method::GET, "guest", &waiting[2], "same-origin").await;
    assert_eq!(between(&found.text().await.unwrap(), "\"payment\":\"", "\"")[0], "done");
    let expected = [
        "appointments",
        "calendar_writes",
        "cart_items",
        "claims",
        "jobs",
        "messages",
        "order_items",
        "orders",
        "payments",
        "timeline",
    ];
    assert_eq!(before.tables().await, expected.map(str::to_owned).into());
}
