//! Answers that no route gives by itself: known already, too slow, too often, not now; and those of the listener for figures.

use std::net::SocketAddr;

use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::answers::{HOST, PASSWORD, furnish};
use crate::rules::{Said, check_rules};
use crate::support::free_address;
use crate::support::whole_program::WholeProgram;

const TOKEN: &str = "the-token-for-the-figures";

/// An answer: status, headers, body.
type Answer = (u16, HeaderMap, String);

async fn ask(http: &Client, method: Method, url: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = http.request(method, url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.text().await.unwrap())
}

/// The answer to a form that never arrives whole.
async fn trickle(address: SocketAddr, accept: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nAccept: {accept}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=a"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    let said = String::from_utf8(said).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| {
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    (status, headers.collect(), body.to_owned())
}

#[track_caller]
fn check(what: &str, expected: u16, (status, headers, body): &Answer) {
    assert_eq!(*status, expected, "{what}: {body}");
    check_rules(&Said {
        what,
        status: *status,
        headers,
        body,
        head: false,
        https: false,
        pays_at: None,
    });
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn answers_of_no_route_carry_them_too(#[case] engine: Engine) {
    let own = free_address();
    let listen = own.to_string();
    let settings = [("TIMETAP_METRICS_LISTEN", &*listen), ("TIMETAP_METRICS_TOKEN", TOKEN)];
    let program = WholeProgram::start(engine, &settings).await;
    let mut slow = tokio::task::JoinSet::new();
    for accept in ["text/html", "*/*"] {
        slow.spawn(trickle(program.address, accept));
    }
    let (host, _) = furnish(&program).await;
    let http = build_client(Timeouts::default()).unwrap();
    let url = |path: &str| program.url(path);
    let page = ("accept", "text/html");

    let known = ask(&http, Method::GET, &url("/pkg/timetap.css"), &[]).await;
    let tag = known.1[ETAG].to_str().unwrap();
    let again = ask(&http, Method::GET, &url("/pkg/timetap.css"), &[("if-none-match", tag)]).await;
    check("a file that is known", 304, &again);
    for accept in ["text/html", "*/*"] {
        let figures = ask(&http, Method::GET, &url("/metrics"), &[("accept", accept)]).await;
        check("figures without the token", 401, &figures);
    }
    let bearer = format!("Bearer {TOKEN}");
    let figures = ask(&http, Method::GET, &url("/metrics"), &[("authorization", &*bearer)]).await;
    check("figures", 200, &figures);
    let strange = [
        "/%00",
        "/bookings/%FF",
        "/anna/%2e%2e%2fanna",
        "/orders/x?token=%00",
        "/x/../y",
    ];
    for path in strange {
        let answer = ask(&http, Method::GET, &url(path), &[page]).await;
        assert!(answer.0 < 500, "{path}");
        check(path, answer.0, &answer);
    }
    let mut guesses = Vec::new();
    for _ in 0..11 {
        let form = http
            .post(url("/sign-in"))
            .header("sec-fetch-site", "same-origin")
            .header(page.0, page.1);
        let answer = form
            .form(&[("email", "gus@example.com"), ("password", "a guess")])
            .send()
            .await
            .unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        guesses.push((status, headers, answer.text().await.unwrap()));
    }
    check("a guess", 422, &guesses[0]);
    check("a guess too many", 429, &guesses[10]);

    // The listener for figures is for the operator's network, and no less careful.
    let figures = |path: &str| format!("http://{own}{path}");
    for (method, path, status) in [
        (Method::GET, "/metrics", 200),
        (Method::GET, "/healthz", 200),
        (Method::GET, "/readyz", 200),
        (Method::GET, "/nothing", 404),
        (Method::POST, "/metrics", 405),
        (Method::HEAD, "/metrics", 200),
    ] {
        let answer = ask(&http, method, &figures(path), &[]).await;
        check(&figures(path), status, &answer);
        assert_eq!(answer.1["cache-control"], "no-store", "{path}");
    }

    // The database is not what it should be.
    host.sign_in(HOST, PASSWORD).await.location();
    let cookie: Vec<String> = host
        .cookies()
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let on = program.database.db.writer();
    for table in ["login_sessions", "jobs"] {
        let sql = format!("ALTER TABLE {table} RENAME TO gone_{table}");
        on.execute_unprepared(&sql).await.unwrap();
    }
    for accept in ["text/html", "*/*"] {
        let headers = [("accept", accept), ("cookie", &*cookie.join("; "))];
        check(
            "who is asking?",
            503,
            &ask(&http, Method::GET, &url("/host"), &headers).await,
        );
        check(
            "not ready",
            503,
            &ask(&http, Method::GET, &url("/readyz"), &headers).await,
        );
    }
    let answer = ask(&http, Method::GET, &figures("/readyz"), &[]).await;
    check("not ready, on the other listener", 503, &answer);
    for answer in slow.join_all().await {
        check("a form that never arrives", 408, &answer);
    }
}
