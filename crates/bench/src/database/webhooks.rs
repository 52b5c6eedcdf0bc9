//! Messages of Stripe's, signed and each of another event, posted by 64 clients at once to the program as it runs, whose worker
//! is off; beside transactions that insert the same rows into the same tables of the same database by plain SQL and do
//! nothing else, on as many connections and just as durable.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use timetap_core::clock::Clock;
use timetap_sandbox::WebhookEndpoint;
use timetap_store::Engine;
use timetap_testing::TestProgram;
use timetap_usecases::TimeTap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::figures::{median, percentile, print, rate};
use crate::raw_sql::RawPool;

const CLIENTS: usize = 64;
const ROUNDS: usize = 9;
/// How long each of what is compared goes on in a round.
const TURN: Duration = Duration::from_secs(2);
const READY_WITHIN: Duration = Duration::from_secs(30);
const SECRET: &str = "whsec_of_the_measurement";
/// Where the program as it is built for servers lies.
const PROGRAM: &str = "TIMETAP_PROGRAM";
const PATH: &str = "/api/stripe/webhooks";
/// As much as Stripe tells of a payment page that was paid, in bytes.
const TOLD: usize = 3_000;
const DELIVERY: &str = "INSERT INTO webhook_deliveries (provider, event_id, kind, object_id, happened_at, received_at, state) \
    VALUES ('stripe', $1, 'checkout.session.completed', $2, $3, $3, 'received')";
const JOB: &str = "INSERT INTO jobs (id, kind, payload, dedupe_key, priority, state, run_at, attempts, lease_token, created_at, \
    updated_at) VALUES ($1, 'handle_stripe_event', $2, $3, 10, 'queued', $4, 0, 0, $4, $4)";

static EVENTS: AtomicU64 = AtomicU64::new(0);

pub async fn measure(engine: Engine) {
    let program = TestProgram::start(engine).await;
    let app = &program.app;
    let server = Server::start(&program.database.url).await;
    same_rows(app, engine, &server).await;
    let (mut ours, mut raw, mut ratios, mut times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (by_us, took) = turn(app, engine, Some(&server.address)).await;
        let (by_sql, _) = turn(app, engine, None).await;
        // The first one fills caches and pools.
        if round > 0 {
            ours.push(by_us);
            raw.push(by_sql);
            ratios.push(by_us / by_sql);
            times.extend(took);
        }
    }
    print(engine, "none", "messages of Stripe's by 64 clients", median(ours), "/s");
    print(engine, "none", "their rows by raw inserts", median(raw), "/s");
    print(
        engine,
        "at least 0.35",
        "messages of Stripe's by raw inserts",
        median(ratios),
        "×",
    );
    let (half, most) = (percentile(&mut times, 50), percentile(&mut times, 99));
    print(engine, "none", "p50 of a message's answer", half, "ms");
    print(engine, "none", "p99 of a message's answer", most, "ms");
}

/// The program, serving without a worker; it ends with the measurement.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    async fn start(database: &str) -> Self {
        let program = std::env::var(PROGRAM).expect("TIMETAP_PROGRAM names the program to measure");
        let address = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().to_string()
        };
        let child = Command::new(program)
            .args(["serve", "--no-worker"])
            // No setting of the program.
            .env_remove(PROGRAM)
            .env("DATABASE_URL", database)
            .env("TIMETAP_LISTEN", &address)
            .env("TIMETAP_PUBLIC_URL", format!("http://{address}"))
            .env("TIMETAP_KEYS", format!("bench:{}", "07".repeat(32)))
            .env("TIMETAP_SMTP_HOST", "127.0.0.1")
            .env("TIMETAP_SMTP_PORT", "1")
            .env("TIMETAP_SMTP_ENCRYPTION", "none")
            .env("TIMETAP_STRIPE_SECRET_KEY", "sk_test_of_the_measurement")
            .env("TIMETAP_STRIPE_WEBHOOK_SECRETS", SECRET)
            // Whoever had anything to ask of Stripe would be refused at once.
            .env("TIMETAP_STRIPE_BASE_URL", "http://127.0.0.1:1/stripe/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(&server.address).await.is_err() {
            assert!(begun.elapsed() < READY_WITHIN, "the program does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All clients for one turn, posting to `address` or inserting: how many they made a second, and how long each took.
async fn turn(app: &Arc<TimeTap>, engine: Engine, address: Option<&String>) -> (f64, Vec<Duration>) {
    let pool = RawPool::of(app.db.writer(), engine);
    let begun = Instant::now();
    let mut at_work = JoinSet::new();
    for _ in 0..CLIENTS {
        let (app, pool, address) = (Arc::clone(app), pool.clone(), address.cloned());
        at_work.spawn(async move {
            let mut client = match &address {
                Some(address) => Some(Client::to(address).await),
                None => None,
            };
            let mut took = Vec::new();
            while begun.elapsed() < TURN {
                let started = Instant::now();
                match &mut client {
                    Some(client) => client.post().await,
                    None => pool.write(&statements(&app)).await,
                }
                took.push(started.elapsed());
            }
            took
        });
    }
    let all: Vec<Duration> = at_work.join_all().await.into_iter().flatten().collect();
    (rate(all.len(), begun.elapsed()), all)
}

/// The rows of one message: one statement each.
fn statements(app: &TimeTap) -> [Statement; 2] {
    let backend = app.db.writer().get_database_backend();
    let (now, (event, object)) = (Clock::system().now(), next_event());
    let millis = now.as_millisecond();
    let delivery: [Value; 3] = [event.clone().into(), object.into(), millis.into()];
    let job: [Value; 4] = [
        app.entropy.uuid(now).into(),
        json!({ "event_id": event }).into(),
        format!("handle_stripe_event:{event}").into(),
        millis.into(),
    ];
    [
        Statement::from_sql_and_values(backend, DELIVERY, delivery),
        Statement::from_sql_and_values(backend, JOB, job),
    ]
}

/// An event that nobody has told of yet, and what it is about.
fn next_event() -> (String, String) {
    let number = EVENTS.fetch_add(1, Ordering::Relaxed);
    (format!("evt_1{number:023}"), format!("cs_test_{number:058}"))
}

/// A connection that stays open. Nothing but bytes, so that measuring costs little of the processor it shares with what is
/// measured.
struct Client {
    stream: TcpStream,
    host: String,
}

impl Client {
    async fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            host: address.to_owned(),
        }
    }

    /// Posts a new event and waits until it is taken in.
    async fn post(&mut self) {
        let now = Clock::system().now().as_second();
        let (event, object) = next_event();
        let body = format!(
            r#"{{"id":"{event}","object":"event","type":"checkout.session.completed","created":{now},"data":{{"object":{{"id":"{object}","object":"checkout.session","status":"complete","payment_status":"paid","told":"{}"}}}}}}"#,
            "x".repeat(TOLD)
        );
        let signature = WebhookEndpoint::new("", SECRET).sign(now, &body);
        let request = format!(
            "POST {PATH} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json; charset=utf-8\r\n\
             stripe-signature: {signature}\r\ncontent-length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::with_capacity(1024);
        while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = self.stream.read_buf(&mut answer).await.unwrap();
            assert!(read > 0, "the connection stays open");
        }
        let answer = String::from_utf8(answer).unwrap();
        let mut lines = answer.lines();
        let status = lines.next().unwrap();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
        assert!(
            lines.any(|line| line == "content-length: 0"),
            "nothing follows the head"
        );
    }
}

/// Sees to it that both write as many rows into the same tables.
async fn same_rows(app: &Arc<TimeTap>, engine: Engine, server: &Server) {
    let none = count(app).await;
    Client::to(&server.address).await.post().await;
    let one = count(app).await;
    RawPool::of(app.db.writer(), engine).write(&statements(app)).await;
    let two = count(app).await;
    assert_eq!(one, none.map(|rows| rows + 1), "what a message writes");
    assert_eq!(two, one.map(|rows| rows + 1), "what the raw inserts write");
}

async fn count(app: &TimeTap) -> [i64; 2] {
    let on = app.db.writer();
    let mut counts = [0; 2];
    for (table, count) in ["webhook_deliveries", "jobs WHERE kind = 'handle_stripe_event'"]
        .iter()
        .zip(&mut counts)
    {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let row = on
            .query_one_raw(Statement::from_string(on.get_database_backend(), sql))
            .await
            .unwrap();
        *count = row.unwrap().try_get_by_index(0).unwrap();
    }
    counts
}
