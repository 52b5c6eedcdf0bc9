//! Told to stop, the program finishes what it began, tells its clients, and is gone within ten seconds.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::CONNECTION;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_providers::http::{Timeouts, build_client};
use timetap_testing::{Engine, torture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use support::browser::Browser;
use support::{Server, free_address};

const FORM: &str = "email=nobody%40example.org&password=not+the+right+one";

/// Hours that can be booked, and in between some that cannot.
fn starts() -> impl Iterator<Item = String> + Send {
    let today = Clock::system().now().as_second() / 86_400;
    let hours = (3..58).flat_map(move |day| (8..16).map(move |hour| (today + day) * 86_400 + hour * 3600));
    // Whoever comes after all that finds them taken.
    let taken = std::iter::repeat((today + 3) * 86_400 + 9 * 3600);
    hours.chain(taken).map(|second| (second * 1000).to_string())
}

/// An address somewhere in the world.
fn anywhere() -> String {
    let bits = Entropy::system().between(1 << 24, 1 << 31);
    std::net::Ipv4Addr::from_bits(u32::try_from(bits).unwrap()).to_string()
}

/// The form of somebody who books.
fn booking(start: &str) -> Vec<(&'static str, String)> {
    let token = Entropy::system().token();
    let name: String = token.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    vec![
        ("start", start.to_owned()),
        ("time_zone", "Europe/Madrid".to_owned()),
        ("name", "Ben Okafor".to_owned()),
        ("email", format!("ben.{name}@example.com")),
        ("idempotency_key", token),
    ]
}

/// Begins a request of a form and sends half of it.
async fn half_a_form(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        server.address,
        FORM.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&FORM.as_bytes()[..10]).await.unwrap();
    stream
}

/// A connection that was used once and is kept.
async fn idle_connection(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address);
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    assert!(
        answer[..length].starts_with(b"HTTP/1.1 200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    stream
}

/// Whoever sends it requests is told to send them elsewhere, while it still answers.
async fn refuses_to_be_sent_more(server: &Server) {
    let begun = Instant::now();
    loop {
        let answer = server.http.get(server.url("/readyz")).send().await.unwrap();
        let status = answer.status();
        let body: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!(body["checks"]["serving"]["ok"], false, "{body}");
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{body}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_every_request_that_began_is_answered(#[case] engine: Engine) {
    // Each who books is somebody else, by another way.
    let settings = [("TIMETAP_TRUSTED_PROXIES", "127.0.0.1".to_owned())];
    let mut server = Server::start_at(engine, free_address(), &settings).await;
    Browser::host(&server, "anna").await;
    let (mut slow, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        slow.push(half_a_form(&server).await);
    }
    for _ in 0..20 {
        idle.push(idle_connection(&server).await);
    }

    // Clients that keep their one connection and send request after request, until an answer asks them to go elsewhere.
    let (answered, asked_to_go) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let clients = torture(40, 400);
    let booked = Arc::new(AtomicUsize::new(0));
    let starts: Arc<Mutex<Box<dyn Iterator<Item = String> + Send>>> = Arc::new(Mutex::new(Box::new(starts())));
    let mut busy = tokio::task::JoinSet::new();
    for number in 0..clients {
        let (answered, asked_to_go) = (answered.clone(), asked_to_go.clone());
        let url = server.url(["/anna", "/", "/robots.txt", "/readyz", "/anna/one-hour-session"][number % 5]);
        let (booked, starts) = (booked.clone(), starts.clone());
        busy.spawn(async move {
            let http = build_client(Timeouts::default()).unwrap();
            loop {
                let asked = if number % 5 == 4 {
                    let start = starts.lock().unwrap().next().unwrap();
                    http.post(&url).form(&booking(&start))
                } else {
                    http.get(&url)
                };
                let asked = asked.header("Sec-Fetch-Site", "same-origin");
                let answer = asked
                    .header("X-Forwarded-For", anywhere())
                    .send()
                    .await
                    .map_err(|error| format!("{url}: {error:?}"))?;
                if answer.status() == StatusCode::SEE_OTHER {
                    booked.fetch_add(1, Ordering::Relaxed);
                }
                let last = answer.headers().get(CONNECTION).is_some_and(|value| value == "close");
                answer
                    .bytes()
                    .await
                    .map_err(|error| format!("{url}, body: {error:?}"))?;
                answered.fetch_add(1, Ordering::Relaxed);
                if last {
                    asked_to_go.fetch_add(1, Ordering::Relaxed);
                    return Ok::<(), String>(());
                }
            }
        });
    }
    let begun = Instant::now();
    while answered.load(Ordering::Relaxed) < 3 * clients && begun.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.ask_to_stop();
    let asked = Instant::now();
    refuses_to_be_sent_more(&server).await;

    // The slow ones go on typing for three seconds after that.
    let mut typed = tokio::task::JoinSet::new();
    for mut stream in slow {
        typed.spawn(async move {
            tokio::time::sleep(Duration::from_secs(3)).await;
            stream.write_all(&FORM.as_bytes()[10..]).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        });
    }
    while let Some(client) = busy.join_next().await {
        client.unwrap().unwrap();
    }
    assert_eq!(asked_to_go.load(Ordering::Relaxed), clients);
    while let Some(answer) = typed.join_next().await {
        let answer = answer.unwrap().to_lowercase();
        assert!(
            answer.starts_with("http/1.1 422") || answer.starts_with("http/1.1 401"),
            "{answer}"
        );
        assert!(
            answer.contains("connection: close") && answer.contains("</html>"),
            "{answer}"
        );
    }
    let (in_order, log) = server.wait_for_the_end();
    let took = asked.elapsed();
    assert!(in_order, "{log}");
    assert!(log.contains("stopped") && !log.contains("cut off"), "{log}");
    // Who was told that it is booked is booked, and nobody else.
    let on = server.database.db.reader();
    let sql = "SELECT COUNT(*) AS many FROM appointments";
    let row = on
        .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
        .await;
    let kept: i64 = row.unwrap().unwrap().try_get("", "many").unwrap();
    let booked = booked.load(Ordering::Relaxed);
    assert!(booked >= clients / 5, "{booked}");
    assert_eq!(usize::try_from(kept).unwrap(), booked);
    // Three of these are the slow requests'; idle connections hold nothing up.
    assert!(took < Duration::from_secs(7), "{took:?}");
    drop(idle);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn neither_a_client_nor_a_job_that_never_ends_holds_the_end_up(#[case] engine: Engine) {
    // A mail server that listens and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let settings = [("TIMETAP_SMTP_PORT", port.to_string())];
    let mut server = Server::start_at(engine, free_address(), &settings).await;
    let anna = Browser::sign_in(&server, "anna", "staff").await;
    anna.post("/forgot-password", &[("email", "anna@example.org")]).await;
    let (line, _) = tokio::time::timeout(Duration::from_secs(20), silent.accept())
        .await
        .unwrap()
        .unwrap();

    let unfinished = half_a_form(&server).await;
    let mut headless = TcpStream::connect(server.address).await.unwrap();
    headless.write_all(b"GET / HT").await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.ask_to_stop();
    let asked = Instant::now();
    let (in_order, log) = server.wait_for_the_end();
    let took = asked.elapsed();
    assert!(in_order, "{log}");
    assert!(took <= Duration::from_secs(10), "{took:?}: {log}");
    assert!(
        log.contains("some requests took too long") && log.contains("some jobs did not finish in time"),
        "{log}"
    );
    let on = server.database.db.reader();
    let sql = "SELECT state FROM jobs WHERE kind = 'send_message'";
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    let states: Vec<String> = rows.iter().map(|row| row.try_get("", "state").unwrap()).collect();
    assert_eq!(
        states,
        ["queued"],
        "the job waits for the next worker, without anybody's lease"
    );
    drop((line, unfinished, headless));
}
