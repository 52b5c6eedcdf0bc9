//! Public pages are kept for visitors without cookies, and nobody can tell: what anybody changes is on the very next answer,
//! each answer has its own nonce and form's key, and who brings a cookie gets a page of their own.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[expect(dead_code, reason = "every test binary uses its own part of this")]
mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT_ENCODING, COOKIE, VARY};
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement, Value};
use timetap_core::clock::Clock;
use timetap_testing::{Engine, TestDatabase};
use uuid::Uuid;

use support::browser::{Browser, location, profile};
use support::reading::{between, booking_fields, free_times, hidden};
use support::{Server, free_address};

const TOKEN: &str = "a-token-of-the-operator";

struct Scene {
    server: Server,
    host: String,
    path: String,
    /// The addresses of free times, each with its start as `slot`.
    times: Vec<String>,
    /// The page of the day with these times.
    day: String,
}

/// What a visitor without cookies gets, and their own words in it.
struct Page {
    nonce: String,
    key: String,
    /// Without these words, which differ for everybody.
    rest: String,
    whole: String,
}

impl Scene {
    async fn start(engine: Engine) -> Self {
        let settings = [("TIMETAP_METRICS_TOKEN", TOKEN.to_owned())];
        // Nothing works in the background: a job that is done is a change too.
        let server = Server::start_with(engine, free_address(), &settings, &["serve", "--no-worker"]).await;
        let host = Browser::host(&server, "anna").await.cookie;
        let (path, times) = free_times(&server, "anna", "Europe/Madrid").await;
        let start: i64 = between(&times[0], "slot=", "&")[0].parse().unwrap();
        let date = Timestamp::from_millisecond(start)
            .unwrap()
            .in_tz("Europe/Madrid")
            .unwrap()
            .date();
        let day = format!("{path}?tz=Europe/Madrid&day={date}");
        Self {
            server,
            host,
            path,
            times,
            day,
        }
    }

    async fn figure(&self, outcome: &str) -> u64 {
        let request = self.server.http.get(self.server.url("/metrics")).bearer_auth(TOKEN);
        let text = request.send().await.unwrap().text().await.unwrap();
        let series = format!("timetap_public_pages_total{{outcome=\"{outcome}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&series));
        line.map_or(0, |value| value.parse().unwrap())
    }

    async fn page(&self, path: &str) -> Page {
        let answer = self.server.http.get(self.server.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let nonce = between(&policy, "'nonce-", "'")[0].to_owned();
        let whole = answer.text().await.unwrap();
        let key = if whole.contains("idempotency_key") {
            hidden(&whole, "idempotency_key")
        } else {
            String::new()
        };
        let mut rest = whole.replace(&nonce, "{nonce}");
        if !key.is_empty() {
            rest = rest.replace(&key, "{key}");
        }
        Page {
            nonce,
            key,
            rest,
            whole,
        }
    }

    /// Asks until the answer is one that was kept: at the first time it is made, and again when a minute begins; and other
    /// databases on the same server of PostgreSQL make its versions move too.
    async fn kept(&self, path: &str) -> Page {
        for _ in 0..200 {
            let before = self.figure("kept").await;
            let page = self.page(path).await;
            if self.figure("kept").await == before + 1 {
                return page;
            }
        }
        panic!("{path} is never kept");
    }

    /// A change by another process.
    async fn change(&self, sql: &str, values: impl IntoIterator<Item = Value>) {
        let on = self.server.database.db.writer();
        let done = on
            .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
    }

    fn start_of(&self, time: usize) -> i64 {
        between(&self.times[time], "slot=", "&")[0].parse().unwrap()
    }

    /// Holds a time of Anna's until `end`, or for good.
    async fn claim(&self, time: usize, end: Option<i64>) {
        let start = self.start_of(time);
        let sql = "INSERT INTO claims (id, resource_id, starts_at, ends_at, kind, expires_at, created_at) \
                   SELECT $1, user_id, $2, $3, $4, $5, 0 FROM hosts WHERE slug = 'anna'";
        let kind = if end.is_some() { "held" } else { "firm" };
        let values: [Value; 5] = [
            Uuid::from_u128(u128::try_from(time).unwrap() + 7).into(),
            start.into(),
            (start + 1_800_000).into(),
            kind.into(),
            end.into(),
        ];
        self.change(sql, values).await;
    }

    fn offers(&self, page: &Page, time: usize) -> bool {
        page.whole.contains(&format!("slot={}", self.start_of(time)))
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_another_process_changes_is_on_the_very_next_answer(#[case] engine: Engine) {
    let scene = Scene::start(engine).await;
    let before = scene.kept(&scene.day).await;
    assert!(scene.offers(&before, 0) && scene.offers(&before, 2));

    scene.claim(0, None).await;
    let page = scene.page(&scene.day).await;
    assert!(!scene.offers(&page, 0), "a time that somebody has is not offered");
    assert!(scene.offers(&page, 2));

    scene.kept(&scene.day).await;
    scene.change("DELETE FROM claims", []).await;
    assert!(scene.offers(&scene.page(&scene.day).await, 0));

    scene.kept(&scene.day).await;
    let title = "UPDATE services SET title = 'A quite different title'";
    scene.change(title, []).await;
    assert!(scene.page(&scene.day).await.whole.contains("A quite different title"));

    scene.kept("/anna").await;
    scene.change("UPDATE hosts SET display_name = 'Annabel Lind'", []).await;
    assert!(scene.page("/anna").await.whole.contains("Annabel Lind"));

    scene.kept(&scene.day).await;
    scene.change("DELETE FROM schedule_windows", []).await;
    let page = scene.page(&scene.day).await;
    assert!(!scene.offers(&page, 0) && !scene.offers(&page, 2), "the hours are gone");

    // The program's own changes: by this process, and by another replica.
    scene.kept("/anna").await;
    let browser = Browser {
        server: &scene.server,
        cookie: scene.host.clone(),
    };
    let mut fields = profile("anna");
    fields[0].1 = "Anna-Maria Lind";
    assert!(browser.post("/host/profile", &fields).await.status().is_redirection());
    assert!(scene.page("/anna").await.whole.contains("Anna-Maria Lind"));

    scene.kept("/anna").await;
    let (replica, address) = scene.server.replica();
    scene.server.wait_until_answers(address).await;
    scene.kept("/anna").await;
    fields[0].1 = "Anna-Luisa Lind";
    let request = scene.server.http.post(format!("http://{address}/host/profile"));
    let request = request.header("Sec-Fetch-Site", "same-origin");
    let answer = request.header(COOKIE, &scene.host).form(&fields).send().await.unwrap();
    assert!(answer.status().is_redirection());
    assert!(scene.page("/anna").await.whole.contains("Anna-Luisa Lind"));
    drop(replica);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_hold_that_runs_out_gives_its_time_back_without_anybody_doing_anything(#[case] engine: Engine) {
    let scene = Scene::start(engine).await;
    let now = || Clock::system().now().as_millisecond();
    let end = now() + 3_000;
    scene.claim(0, Some(end)).await;
    let begun = Instant::now();
    loop {
        // The page before the end is the one that is kept at it.
        let asked = now();
        let offered = scene.offers(&scene.page(&scene.day).await, 0);
        if asked >= end {
            assert!(offered, "{} ms too late", asked - end);
            return;
        }
        assert!(!offered || now() >= end, "too early");
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_visitor_has_a_nonce_and_a_key_of_their_own(#[case] engine: Engine) {
    let scene = Scene::start(engine).await;
    let made = scene.kept(&scene.times[0]).await;
    let (mut nonces, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..30 {
        let page = scene.page(&scene.times[0]).await;
        assert!(
            page.whole.contains(&format!("nonce=\"{}\"", page.nonce)),
            "the scripts have it"
        );
        assert!(
            page.nonce.len() >= 22 && page.key.len() == 43,
            "{} {}",
            page.nonce,
            page.key
        );
        assert!(nonces.insert(page.nonce), "a nonce comes twice");
        assert!(keys.insert(page.key), "a key comes twice");
        assert!(
            page.rest == made.rest || page.rest.len() != made.rest.len(),
            "but for these words they are alike"
        );
    }
    assert!(nonces.is_disjoint(&keys));

    // The same, compressed: the client asks for it so, and undoes it by itself.
    let request = scene.server.http.get(scene.server.url(&scene.times[0]));
    let answer = request.header(ACCEPT_ENCODING, "gzip").send().await.unwrap();
    assert_eq!(answer.headers()[VARY], "accept-encoding");
    let plain = answer.text().await.unwrap();
    let key = hidden(&plain, "idempotency_key");
    assert!(keys.insert(key.clone()));
    assert_eq!(plain.len(), made.whole.len());

    // Two visitors of a kept page book two times; one who sends the form twice books one.
    let mut booked = BTreeSet::new();
    for (name, time) in [("Ben Okafor", 0), ("Cleo Marsh", 2)] {
        let form = scene.kept(&scene.times[time]).await;
        let fields = booking_fields(&form.whole, name, "guest@example.com");
        let mut told = BTreeSet::new();
        for _ in 0..2 {
            let request = scene.server.http.post(scene.server.url(&scene.path)).form(&fields);
            told.insert(location(&request.send().await.unwrap()));
        }
        let ids: BTreeSet<String> = told
            .iter()
            .map(|to| between(to, "/bookings/", "?")[0].to_owned())
            .collect();
        assert_eq!(ids.len(), 1, "{told:?}");
        booked.extend(ids);
    }
    assert_eq!(booked.len(), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn who_brings_a_cookie_gets_and_leaves_nothing_that_is_kept(#[case] engine: Engine) {
    let scene = Scene::start(engine).await;
    let ask = async |cookie: &str| {
        let request = scene.server.http.get(scene.server.url(&scene.path));
        let answer = request.header(COOKIE, cookie).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.text().await.unwrap()
    };
    // First the signed-in visitor, whose page would be the one that is kept.
    let figures = async || (scene.figure("made").await, scene.figure("kept").await);
    // Whatever the scene itself had asked for is of another moment.
    scene.change("UPDATE services SET description = 'New'", []).await;
    let before = figures().await;
    for _ in 0..3 {
        let own = ask(&scene.host).await;
        assert!(own.contains("anna@example.org"), "their own form is filled in");
    }
    assert_eq!(figures().await, before, "nothing was kept or shown");
    let page = scene.kept(&scene.path).await;
    assert!(!page.whole.contains("anna@example.org"));
    assert!(page.whole.contains("href=\"/sign-in\""));
    // And then, although a page is kept.
    let before = figures().await;
    assert!(ask(&scene.host).await.contains("anna@example.org"));
    let elsewhere = ask("timetap_zone=Asia/Tokyo").await;
    assert!(elsewhere.contains("Tokyo"), "the browser's zone counts");
    assert_eq!(figures().await, before);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_public_pages_that_are_there_are_kept(#[case] engine: Engine) {
    let scene = Scene::start(engine).await;
    // A time that somebody has: the page looks around for others.
    scene.claim(0, None).await;
    let gone = &scene.times[0];
    let figures = async || (scene.figure("made").await, scene.figure("kept").await);
    let before = figures().await;
    for _ in 0..2 {
        for (path, status) in [
            ("/nobody-of-this-name", 404),
            ("/anna/nothing", 404),
            ("/sign-in", 200),
            ("/", 200),
            ("/host", 302),
            ("/healthz", 200),
            (gone.as_str(), 200),
        ] {
            let answer = scene.server.http.get(scene.server.url(path)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{path}");
        }
    }
    assert_eq!(figures().await, before);
    for path in ["/anna", "/anna/book", &scene.path] {
        let kept = scene.kept(path).await;
        assert!(kept.whole.contains("<h1"), "{path}");
    }
    let head = scene.server.http.head(scene.server.url("/anna")).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
}

/// Whoever asks after a change learns of it, however many ask at the same time.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_version_that_is_shared_is_never_older_than_the_question(#[case] engine: Engine) {
    let database = TestDatabase::new(engine).await;
    let other = timetap_store::Database::connect(&database.url).await.unwrap();
    let crowd: Vec<_> = (0..16)
        .map(|_| {
            let db = database.db.clone();
            async move {
                for _ in 0..300 {
                    assert!(db.version().await.unwrap().is_some());
                }
            }
        })
        .collect();
    let changes = async {
        for number in 0..60 {
            let on = if number % 2 == 0 { &other } else { &database.db };
            let before = database.db.version().await.unwrap();
            let sql = format!("INSERT INTO settings (key, value, updated_at) VALUES ('n{number}', 'x', 0)");
            on.writer().execute_unprepared(&sql).await.unwrap();
            assert_ne!(database.db.version().await.unwrap(), before, "change {number}");
        }
    };
    tokio::join!(futures::future::join_all(crowd), changes);
    let still = database.db.version().await.unwrap();
    if engine == Engine::Sqlite {
        assert_eq!(database.db.version().await.unwrap(), still, "nothing has changed");
    }
}
