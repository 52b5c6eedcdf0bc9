//! Every route of the program, by its own account, with ids of the right kind: by every method, for somebody with a link, for
//! nobody, and for whoever runs the house.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::tz::TimeZone;
use reqwest::header::COOKIE;
use reqwest::{Client, Method};
use rstest::rstest;
use timetap_core::clock::Clock;
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::Engine;

use crate::answers::{HOST, PASSWORD, furnish};
use crate::rules::{Said, check_rules};
use crate::support::visitor::{Visitor, between};
use crate::support::whole_program::WholeProgram;

/// What stands behind the ids in addresses.
struct Things {
    booking: (String, String),
    order: (String, String),
    item: String,
    service: String,
    camp: String,
    date: String,
}

impl Things {
    /// The address of a route, with or without the token that opens it.
    fn address(&self, route: &str, with_token: bool) -> String {
        let (id, token) = match route {
            _ if route.starts_with("/orders/") || route.starts_with("/checkout/") => (&self.order.0, &*self.order.1),
            _ if route.contains("/bookings/") => (&self.booking.0, &*self.booking.1),
            _ if route.starts_with("/host/dates/") => (&self.date, ""),
            "/host/services/{id}/dates" => (&self.camp, ""),
            _ => (&self.service, ""),
        };
        let path = route
            .replace("{id}", id)
            .replace("{slug}", "anna")
            .replace("{service}", "one-hour-session")
            .replace(
                "{*file}",
                if route.starts_with("/fonts") {
                    "inter-latin.woff2"
                } else {
                    "timetap.css"
                },
            );
        let token = if with_token { token } else { "" };
        let query = format!("?token={token}&order={id}&item={}", self.item);
        if route == "/api/fn/pick_times" {
            let (booking, token) = &self.booking;
            let token = if with_token { token } else { "" };
            return format!("{path}?subject=booking:{booking}&zone=Europe/Madrid&month=&day=&token={token}");
        }
        format!("{path}{query}")
    }
}

/// What a form calls the time behind this link.
fn start_of(slot: &str) -> String {
    between(slot, "slot=", "&")[0].split('#').next().unwrap().to_owned()
}

/// An order that waits for its payment: its id, its token, and what is in it.
async fn order(program: &WholeProgram, host: &Visitor) -> ((String, String), String) {
    let service = [
        ("title", "Paid lesson"),
        ("kind", "session"),
        ("price", "40"),
        ("duration_minutes", "60"),
        ("location_kind", "google_meet"),
        ("active", "on"),
    ];
    host.post("/host/services/new", &service).await.location();
    let buyer = program.visitor("203.0.113.9");
    let slot = buyer.free_times("/anna/paid-lesson", 2).await.remove(0);
    buyer
        .post("/anna/paid-lesson", &[("start", &*start_of(&slot))])
        .await
        .location();
    let key = buyer.page("/checkout").await.field("idempotency_key");
    let form = [
        ("name", "Bea"),
        ("email", "bea@example.com"),
        ("time_zone", "Europe/Madrid"),
        ("idempotency_key", &*key),
    ];
    let pay_at = buyer.post("/checkout", &form).await.location();
    assert!(pay_at.contains("/stripe/"), "{pay_at}");
    let cart = buyer.page("/cart").await.body;
    let id = between(&cart, "/orders/", "?")[0].to_owned();
    let token = between(&cart, "?token=", "\"")[0].split('&').next().unwrap().to_owned();
    let on = program.database.db.reader();
    let items = timetap_store::orders::list_items::list_items(on, id.parse().unwrap())
        .await
        .unwrap();
    ((id, token), items[0].id.to_string())
}

/// A service with a date.
async fn camp(host: &Visitor) -> (String, String) {
    let fields = [
        ("title", "Winter camp"),
        ("kind", "camp"),
        ("location_kind", "google_meet"),
    ];
    host.post("/host/services/new", &fields).await.location();
    let page = host.page("/host/services").await.body;
    let camp = between(&page, "href=\"/host/services/", "\"").pop().unwrap().to_owned();
    let address = format!("/host/services/{camp}/dates");
    let year = Clock::system().now().to_zoned(TimeZone::UTC).year() + 1;
    let first = format!("{year}-07-05");
    let fields = [
        ("form", "add-date"),
        ("first_date", &*first),
        ("days", "2"),
        ("hours", "day"),
        ("seats", "5"),
    ];
    host.post(&address, &fields).await.location();
    let date = host.page(&address).await.field("occurrence");
    (camp, date)
}

/// Everything that the program answers at: what ends the session comes last, and what changes things after what shows them.
async fn routes(program: &WholeProgram) -> Vec<(Method, String)> {
    let listed = program.run(&["routes"]).await.stdout;
    let mut routes: Vec<(Method, String)> = String::from_utf8(listed)
        .unwrap()
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(method, path)| (method.parse().unwrap(), path.trim().to_owned()))
        .collect();
    assert!(routes.len() > 50, "{routes:?}");
    routes.sort_by_key(|(method, path)| (*method == Method::POST, path == "/sign-out", path.clone()));
    routes
}

struct Round<'a> {
    program: &'a WholeProgram,
    http: Client,
    https: bool,
    stripe: String,
    statuses: BTreeSet<u16>,
    wrong: Vec<String>,
}

impl Round<'_> {
    async fn ask(&mut self, method: Method, address: &str, cookie: &str, accept: &str, site: &str) {
        let head = method == Method::HEAD;
        let path = address.split('?').next().unwrap();
        let pays = path == "/checkout" || path.strip_prefix("/orders/").is_some_and(|id| !id.contains('/'));
        let signed_in = !cookie.is_empty();
        let who = if signed_in { "signed in" } else { "nobody" };
        let what = format!("{method} {address} ({accept}, {site}, {who})");
        let mut request = self.http.request(method.clone(), self.program.url(address));
        for (name, value) in [("accept", accept), ("sec-fetch-site", site)] {
            request = request.header(name, value);
        }
        if method == Method::POST {
            request = request.form(&[("nothing", "")]);
        }
        let answer = request.header(COOKIE, cookie).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        self.statuses.insert(status);
        let checks = || {
            let said = Said {
                what: &what,
                status,
                headers: &headers,
                body: &body,
                head,
                https: self.https,
                pays_at: pays.then_some(&*self.stripe),
            };
            check_rules(&said);
            assert!(status < 500, "{what}: {status}");
            // What was made for one person is for no cache between. (Whoever signs out is nobody from there on.)
            let for_all = [
                "/pkg/",
                "/fonts/",
                "/favicon.svg",
                "/robots.txt",
                "/healthz",
                "/readyz",
                "/sign-out",
            ];
            let for_all = for_all
                .iter()
                .chain(&["/api/stripe/"])
                .any(|path| address.starts_with(path));
            let kept = said.header("cache-control").unwrap_or_default();
            assert!(
                !signed_in || for_all || kept.contains("private") || kept.contains("no-store"),
                "{what}: {kept:?}"
            );
        };
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(checks)).is_err() {
            self.wrong.push(what);
        }
    }
}

#[rstest]
#[tokio::test]
async fn every_route_carries_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("http", "https")] scheme: &str,
) {
    let mut program = WholeProgram::start_with_stripe(engine).await;
    let (host, link) = furnish(&program).await;
    let (page, query) = link.split_once('?').unwrap();
    let booking = (
        page.rsplit('/').next().unwrap().to_owned(),
        between(&format!("{query}&"), "token=", "&")[0].to_owned(),
    );
    let (order, item) = order(&program, &host).await;
    let services = host.page("/host/services").await.body;
    let service = between(&services, "href=\"/host/services/", "\"")
        .into_iter()
        .find(|id| *id != "new")
        .unwrap()
        .to_owned();
    let (camp, date) = camp(&host).await;
    let things = Things {
        booking,
        order,
        item,
        service,
        camp,
        date,
    };
    let https = scheme == "https";
    if https {
        program.stop().await;
        let public_url = format!("https://{}", program.address);
        program.set("TIMETAP_PUBLIC_URL", &public_url);
        program.serve().await;
        host.sign_in(HOST, PASSWORD).await.location();
    }
    let cookie: Vec<String> = host
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let cookie = cookie.join("; ");
    let mut round = Round {
        program: &program,
        http: build_client(Timeouts {
            total: Duration::from_mins(1),
            ..Timeouts::default()
        })
        .unwrap(),
        https,
        stripe: url::Url::parse(&program.sandbox.stripe_url())
            .unwrap()
            .origin()
            .ascii_serialization(),
        statuses: BTreeSet::new(),
        wrong: Vec::new(),
    };
    for (method, route) in routes(&program).await {
        for (with_token, cookie) in [(true, ""), (false, ""), (false, &*cookie)] {
            let address = things.address(&route, with_token);
            for accept in ["text/html", "*/*"] {
                round.ask(method.clone(), &address, cookie, accept, "same-origin").await;
            }
            if method == Method::GET {
                round
                    .ask(Method::HEAD, &address, cookie, "text/html", "same-origin")
                    .await;
            }
        }
        let address = things.address(&route, false);
        for accept in ["text/html", "*/*"] {
            for method in [Method::DELETE, Method::OPTIONS, Method::POST] {
                round.ask(method, &address, &cookie, accept, "cross-site").await;
            }
            round.ask(Method::PUT, &address, &cookie, accept, "same-origin").await;
        }
    }
    // And what somebody without an account gets who buys: a cookie, too.
    let buyer = program.visitor("203.0.113.10");
    let slot = buyer.free_times("/anna/paid-lesson", 3).await.remove(0);
    let put = buyer.post("/anna/paid-lesson", &[("start", &*start_of(&slot))]).await;
    assert!(put.headers.contains_key("set-cookie"), "{}", put.gist());
    for seen in buyer.seen().into_iter().chain(host.seen().pop()) {
        check_rules(&Said {
            what: &seen.path,
            status: seen.status.as_u16(),
            headers: &seen.headers,
            body: &seen.body,
            head: false,
            https,
            pays_at: None,
        });
    }
    assert!(round.wrong.is_empty(), "each is said above: {:#?}", round.wrong);
    let expected = [200, 302, 303, 400, 401, 403, 404, 405, 409, 410, 422];
    assert!(
        expected.iter().all(|status| round.statuses.contains(status)),
        "{:?}",
        round.statuses
    );
}
