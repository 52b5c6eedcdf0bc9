//! Answers are the same for addresses with and without an account; and limits look at where a request really comes from.

use reqwest::{Response, StatusCode};
use rstest::rstest;
use sea_orm::ConnectionTrait;
use timetap_core::clock::Clock;
use timetap_testing::Engine;

use crate::support::browser::Browser;
use crate::support::reading::{between, free_times, hidden};
use crate::support::{Server, free_address};

const KNOWN: &str = "anna@example.org";
const UNKNOWN: &str = "nobo@example.org";

/// Everything that a browser is told, with what differs from request to request put in brackets.
async fn told(answer: Response, address: &str) -> String {
    let status = answer.status();
    let mut headers: Vec<String> = answer
        .headers()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "content-security-policy" | "x-request-id"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let mut text = format!("{status}\n{}\n{}", headers.join("\n"), answer.text().await.unwrap());
    text = text.replace(address, "[address]");
    let nonces: Vec<String> = between(&text, "nonce=\"", "\"")
        .into_iter()
        .map(str::to_owned)
        .collect();
    for nonce in nonces {
        text = text.replace(&nonce, "[nonce]");
    }
    text
}

/// The same with the booking's id and token in brackets.
fn without_ids(text: &str) -> String {
    let ids: Vec<String> = between(text, "/bookings/", "?")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let tokens: Vec<String> = between(text, "token=", "&").into_iter().map(str::to_owned).collect();
    ids.iter()
        .chain(&tokens)
        .fold(text.to_owned(), |text, value| text.replace(value.as_str(), "[id]"))
}

async fn server(engine: Engine, settings: &[(&str, String)]) -> Server {
    Server::start_with(engine, free_address(), settings, &["serve", "--no-worker"]).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn known_and_unknown_addresses_are_told_the_same(#[case] engine: Engine) {
    let server = server(engine, &[]).await;
    Browser::host(&server, "anna").await;
    let nobody = Browser {
        server: &server,
        cookie: String::new(),
    };
    for (path, fields) in [
        ("/sign-in", vec![("password", "not the password")]),
        ("/forgot-password", vec![]),
        (
            "/sign-up",
            vec![
                ("wish", "book"),
                ("name", "Somebody"),
                ("password", "a field of tall sunflowers"),
            ],
        ),
    ] {
        let mut both = Vec::new();
        for address in [KNOWN, UNKNOWN] {
            let mut fields = fields.clone();
            fields.push(("email", address));
            both.push(told(nobody.post(path, &fields).await, address).await);
        }
        assert_eq!(both[0], both[1], "{path}");
    }
    let (service, slots) = free_times(&server, "anna", "Europe/Madrid").await;
    let mut both = Vec::new();
    // The next but one: an hour's session leaves it free.
    for (address, slot) in [(KNOWN, &slots[0]), (UNKNOWN, &slots[4])] {
        let form = nobody.page(slot).await;
        let (start, key) = (hidden(&form, "start"), hidden(&form, "idempotency_key"));
        let fields = [
            ("start", start.as_str()),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", key.as_str()),
            ("name", "Ben"),
            ("email", address),
        ];
        let answer = nobody.post(&service, &fields).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        both.push(without_ids(&told(answer, address).await));
    }
    assert_eq!(both[0], both[1], "booking");
}

/// Does `tries`, which count from nothing, within one of the quarters of an hour in which they are counted: once more where
/// the next one has begun meanwhile.
async fn in_one_window<T>(server: &Server, tries: impl AsyncFn() -> T) -> T {
    let quarter = || Clock::system().now().as_second() / (15 * 60);
    loop {
        let forget = server
            .database
            .db
            .writer()
            .execute_unprepared("DELETE FROM rate_limits");
        forget.await.unwrap();
        let begun = quarter();
        let outcome = tries().await;
        if quarter() == begun {
            return outcome;
        }
    }
}

/// Signs in with a wrong password, said to come from `forwarded`.
async fn guess(server: &Server, url: String, forwarded: &str, number: usize) -> StatusCode {
    let address = format!("somebody-{number}@example.org");
    let request = server.http.post(url).header("Sec-Fetch-Site", "same-origin");
    let request = request.header("X-Forwarded-For", forwarded);
    let fields = [("email", address.as_str()), ("password", "a guess")];
    request.form(&fields).send().await.unwrap().status()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_forged_address_escapes_no_limit_and_a_second_replica_counts_along(#[case] engine: Engine) {
    let server = server(engine, &[]).await;
    let (mut replica, address) = server.replica();
    let sign_in = |number: usize| {
        let host = if number.is_multiple_of(2) {
            server.address
        } else {
            address
        };
        format!("http://{host}/sign-in")
    };
    server.wait_until_answers(address).await;
    let refused = in_one_window(&server, async || {
        let mut refused = Vec::new();
        for number in 0..60 {
            let forwarded = format!("198.51.100.{number}");
            match guess(&server, sign_in(number), &forwarded, number).await {
                StatusCode::UNPROCESSABLE_ENTITY => {}
                StatusCode::TOO_MANY_REQUESTS => refused.push(number),
                other => panic!("{other}"),
            }
        }
        refused
    })
    .await;
    replica.kill();
    let beyond: Vec<usize> = (50..60).collect();
    assert_eq!(refused, beyond, "fifty tries a network, both replicas together");
}

#[tokio::test]
async fn behind_a_trusted_proxy_everybody_has_limits_of_their_own() {
    let settings = [("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let server = server(Engine::Sqlite, &settings).await;
    for number in 0..60 {
        let forwarded = format!("198.51.100.{number}");
        let status = guess(&server, server.url("/sign-in"), &forwarded, number).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    // What stands before the address that the proxy saw was written by the client, and counts for nothing.
    let refused = in_one_window(&server, async || {
        let mut refused = false;
        for number in 0..60 {
            let forwarded = format!("203.0.113.{number}, 198.51.100.200");
            refused |=
                guess(&server, server.url("/sign-in"), &forwarded, 100 + number).await == StatusCode::TOO_MANY_REQUESTS;
        }
        refused
    })
    .await;
    assert!(refused);
}
