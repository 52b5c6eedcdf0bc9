//! Kinds of answers by hand, with the status that each has, what a refusal says to a person, and what breaks; and cookies.

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap};
use reqwest::{Method, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::Engine;

use crate::rules::{Said, check_rules};
use crate::support::visitor::Visitor;
use crate::support::whole_program::WholeProgram;

pub const HOST: &str = "anna@example.org";
pub const PASSWORD: &str = "a grove of olive trees";

/// A kind of answer.
#[derive(Debug)]
struct Row {
    what: &'static str,
    method: Method,
    path: String,
    body: Option<(&'static str, String)>,
    headers: Vec<(&'static str, &'static str)>,
    status: u16,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A page with its own policy.
    Page,
    /// A page that says why not, with these words in it.
    Problem(&'static str),
    /// Anything else: it may run nothing.
    Bare,
}

fn get(what: &'static str, path: impl Into<String>, status: u16, kind: Kind) -> Row {
    Row {
        what,
        method: Method::GET,
        path: path.into(),
        body: None,
        headers: vec![("accept", "text/html"), ("sec-fetch-site", "same-origin")],
        status,
        kind,
    }
}

fn form(what: &'static str, path: &str, body: &str, status: u16, kind: Kind) -> Row {
    Row {
        method: Method::POST,
        body: Some(("application/x-www-form-urlencoded", body.to_owned())),
        ..get(what, path, status, kind)
    }
}

/// Every kind of answer that can be had while all is well; `booking` is a guest's link, `host` signed in.
fn table(booking: &str) -> Vec<Row> {
    let (page, query) = booking.split_once('?').unwrap();
    let part = |name: &str| format!("{page}{name}?{query}");
    let foreign = |row: Row| Row {
        headers: vec![
            ("accept", "text/html"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        ..row
    };
    let data = |row: Row| Row {
        headers: vec![("accept", "*/*"), ("sec-fetch-site", "same-origin")],
        ..row
    };
    let mut rows = vec![
        get("the front page", "/", 200, Kind::Page),
        get("a host's page", "/anna", 200, Kind::Page),
        get("a service", "/anna/one-hour-session", 200, Kind::Page),
        get("a sign-in page", "/sign-in", 200, Kind::Page),
        get("a sign-up page", "/sign-up", 200, Kind::Page),
        get("a page behind a dead link", "/reset-password?token=x", 200, Kind::Page),
        get("a booking", booking, 200, Kind::Page),
        get("a booking to be moved", part("/reschedule"), 200, Kind::Page),
        get("a booking to be cancelled", part("/cancel"), 200, Kind::Page),
        get("the status of a booking", part("/status"), 200, Kind::Bare),
        get("a calendar file", part("/invite.ics"), 200, Kind::Bare),
        get("a redirect to sign in", "/host", 302, Kind::Page),
        get(
            "a redirect of an endpoint",
            "/api/google/calendar/callback?code=x",
            303,
            Kind::Bare,
        ),
        get("no such page", "/there/is/nothing", 404, Kind::Page),
        get("no such host", "/nobody-of-this-name", 404, Kind::Page),
        get("somebody else's booking", format!("{page}?token=x"), 404, Kind::Page),
        get(
            "somebody else's status",
            format!("{page}/status"),
            404,
            Kind::Problem("There is nothing here"),
        ),
        get("a file", "/favicon.svg", 200, Kind::Bare),
        get("a style sheet", "/pkg/timetap.css", 200, Kind::Bare),
        get("a script", "/pkg/timetap.js", 200, Kind::Bare),
        get("a program", "/pkg/timetap.wasm", 200, Kind::Bare),
        get("a font", "/fonts/inter-latin.woff2", 200, Kind::Bare),
        get("robots", "/robots.txt", 200, Kind::Bare),
        get(
            "no such file",
            "/pkg/nothing.js",
            404,
            Kind::Problem("There is nothing here"),
        ),
        get(
            "no such font",
            "/fonts/nothing.woff2",
            404,
            Kind::Problem("There is nothing here"),
        ),
        get("health", "/healthz", 200, Kind::Bare),
        form(
            "a form that is wrong",
            "/sign-in",
            "email=nowhere&password=x",
            422,
            Kind::Page,
        ),
        form("a form that redirects", "/sign-out", "", 303, Kind::Bare),
        form("a form of nobody's page", "/nobody/nothing", "name=x", 404, Kind::Page),
        foreign(form(
            "a form from elsewhere",
            "/sign-in",
            "email=a@b.example",
            403,
            Kind::Problem("another site"),
        )),
        form(
            "a form for a page without one",
            "/healthz",
            "x=1",
            405,
            Kind::Problem("This does not work here"),
        ),
        Row {
            method: Method::DELETE,
            ..get(
                "a method that nothing has",
                "/anna",
                405,
                Kind::Problem("This does not work here"),
            )
        },
        Row {
            body: Some(("application/json", "{}".to_owned())),
            ..form(
                "no form at all",
                "/sign-in",
                "",
                415,
                Kind::Problem("Forms are sent as"),
            )
        },
        form(
            "a form without end",
            "/sign-in",
            &"x=".repeat(200_000),
            413,
            Kind::Problem("This form is too large"),
        ),
        data(get("a script that is not there", "/pkg/gone.js", 404, Kind::Bare)),
        data(get("a bare 404", format!("{page}/status"), 404, Kind::Bare)),
    ];
    rows.push(data(form("a bare 405", "/healthz", "x=1", 405, Kind::Bare)));
    rows.push(Row {
        headers: vec![
            ("accept", "*/*"),
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        ..form("a bare 403", "/sign-in", "email=a@b.example", 403, Kind::Bare)
    });
    rows.push(Row {
        method: Method::HEAD,
        ..get("only the headers of a page", "/", 200, Kind::Page)
    });
    rows
}

/// Asserts what this answer must say.
fn check_headers(row: &Row, status: StatusCode, headers: &HeaderMap, body: &str, https: bool) {
    let what = row.what;
    assert_eq!(status.as_u16(), row.status, "{what}");
    let (head, is_page) = (row.method == Method::HEAD, row.kind != Kind::Bare);
    let said = Said {
        what,
        status: status.as_u16(),
        headers,
        body,
        head,
        https,
        pays_at: None,
    };
    check_rules(&said);
    assert_eq!(said.is_page(), is_page, "{what}");
    let private = row.path.starts_with("/bookings/") && !matches!(row.kind, Kind::Problem(_));
    let referrer = if private {
        "same-origin"
    } else {
        "strict-origin-when-cross-origin"
    };
    assert_eq!(said.header("referrer-policy"), Some(referrer), "{what}");
    if let Kind::Problem(words) = row.kind {
        assert!(body.contains(words) && body.contains("<h1"), "{what}: {body}");
        assert_eq!(said.header("cache-control"), Some("no-store"), "{what}");
    }
}

async fn ask(program: &WholeProgram, visitor: &Visitor, row: &Row) -> (StatusCode, HeaderMap, String) {
    let jar: Vec<String> = visitor
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut request = build_client(Timeouts::default())
        .unwrap()
        .request(row.method.clone(), program.url(&row.path))
        .header(COOKIE, jar.join("; "));
    for (name, value) in &row.headers {
        request = request.header(*name, *value);
    }
    if let Some((kind, body)) = &row.body {
        request = request.header(CONTENT_TYPE, *kind).body(body.clone());
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.headers().clone(), answer.text().await.unwrap())
}

/// A host with a booking; gives the guest's link.
pub async fn furnish(program: &WholeProgram) -> (Visitor, String) {
    let host = program.set_up_host("198.51.100.1", HOST, PASSWORD).await;
    let guest = program.visitor("203.0.113.1");
    let slots = guest.free_times("/anna/one-hour-session", 0).await;
    let booked = guest
        .book(&slots[0], &[("name", "Gus"), ("email", "gus@example.com")])
        .await;
    (host, booked.location().replace("&done=booked", ""))
}

#[rstest]
#[tokio::test]
async fn every_kind_of_answer_carries_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values("http", "https")] scheme: &str,
) {
    let https = scheme == "https";
    let program = WholeProgram::start(engine, &[]).await;
    let (_, booking) = furnish(&program).await;
    let mut program = program;
    if https {
        program.stop().await;
        let public_url = format!("https://{}", program.address);
        program.set("TIMETAP_PUBLIC_URL", &public_url);
        program.serve().await;
    }
    let nobody = program.visitor("203.0.113.2");
    let mut wrong = 0;
    let mut nonces = std::collections::BTreeSet::new();
    for row in table(&booking) {
        let (status, headers, body) = ask(&program, &nobody, &row).await;
        let checks = || check_headers(&row, status, &headers, &body, https);
        wrong += usize::from(std::panic::catch_unwind(checks).is_err());
        if row.kind != Kind::Bare {
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(nonces.insert(policy.to_owned()), "{}: a nonce twice", row.what);
        }
    }
    assert_eq!(wrong, 0, "each is said above");
    if https {
        return;
    }
    // And where things break: the database is not what it should be.
    let on = program.database.db.writer();
    on.execute_unprepared("ALTER TABLE timeline RENAME TO gone_1")
        .await
        .unwrap();
    on.execute_unprepared("ALTER TABLE hosts RENAME TO gone_2")
        .await
        .unwrap();
    let (page, query) = booking.split_once('?').unwrap();
    for row in [
        get(
            "a page that breaks",
            "/anna",
            500,
            Kind::Problem("Something broke on our side"),
        ),
        get(
            "an endpoint that breaks",
            format!("{page}/invite.ics?{query}"),
            500,
            Kind::Problem("Something broke on our side"),
        ),
        form(
            "a form that breaks",
            "/anna/one-hour-session",
            "name=x",
            500,
            Kind::Page,
        ),
    ] {
        let (status, headers, body) = ask(&program, &nobody, &row).await;
        let row = if row.what == "a page that breaks" {
            Row {
                kind: Kind::Page,
                ..row
            }
        } else {
            row
        };
        check_headers(&row, status, &headers, &body, https);
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn cookies_are_for_this_site_and_for_no_script(#[case] engine: Engine) {
    let mut program = WholeProgram::start(engine, &[]).await;
    let (host, _) = furnish(&program).await;
    for (scheme, name) in [("http", "timetap_session"), ("https", "__Host-timetap")] {
        program.stop().await;
        let public_url = format!("{scheme}://{}", program.address);
        program.set("TIMETAP_PUBLIC_URL", &public_url);
        program.serve().await;
        for seen in [host.sign_in(HOST, PASSWORD).await, host.post("/sign-out", &[]).await] {
            let cookies: Vec<&str> = seen
                .headers
                .get_all("set-cookie")
                .iter()
                .map(|value| value.to_str().unwrap())
                .collect();
            let [cookie] = cookies.as_slice() else {
                panic!("{}: {cookies:?}", seen.path)
            };
            let mut parts = cookie.split("; ");
            let pair = parts.next().unwrap();
            assert!(pair.starts_with(&format!("{name}=")) && pair.len() < 200, "{pair}");
            let mut parts: Vec<&str> = parts.filter(|part| !part.starts_with("Max-Age=")).collect();
            parts.sort_unstable();
            let expected: &[&str] = if scheme == "https" {
                &["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]
            } else {
                &["HttpOnly", "Path=/", "SameSite=Lax"]
            };
            assert_eq!(parts, expected, "{cookie}");
        }
    }
}
