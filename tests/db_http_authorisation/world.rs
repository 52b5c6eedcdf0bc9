//! A small world: two hosts, the manager of one of them and one of nobody, an administrator, customers, guests, and somebody who
//! was shut out. Whatever belongs to one of them has their mark in its words, so that it is known wherever it appears.

use jiff::tz::TimeZone;
use reqwest::StatusCode;
use reqwest::header::SET_COOKIE;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Set};
use timetap_core::clock::Clock;
use timetap_sandbox::PayWith;
use timetap_store::entities::service;
use timetap_store::hosts::find_host::find_host_by_slug;
use timetap_store::hosts::insert_service::insert_service;
use timetap_store::orders::list_items::list_items;
use timetap_testing::Engine;
use uuid::Uuid;

use crate::support::Server;
use crate::support::browser::{Browser, location};
use crate::support::google_stage::Stage;
use crate::support::orders::account;
use crate::support::reading::{between, free_times, hidden};

/// Everybody, in the order of the table.
pub const EVERYBODY: [&str; 11] = [
    "anonymous",
    "guest",
    "other guest",
    "customer",
    "other customer",
    "host",
    "other host",
    "manager",
    THEIR_MANAGER,
    "administrator",
    "disabled",
];

/// To whom the host reports.
pub const THEIR_MANAGER: &str = "host's manager";

/// The word that stands in everything of this person's that others must not read: names, notes, titles, addresses.
pub fn mark_of(name: &str) -> String {
    format!("zq{}z", name.replace([' ', '\''], ""))
}

/// Somebody in front of a browser.
pub struct Person {
    pub cookie: String,
    /// The token of the link in their confirmation mail, for guests.
    pub token: Option<String>,
}

/// A booking with the host, or an order of one.
#[derive(Clone)]
pub struct Booking {
    pub id: String,
    pub token: String,
    /// What was ordered.
    pub item: Option<String>,
}

/// The people and their things.
pub struct World {
    pub stage: Stage,
    /// The host's account.
    pub host_id: String,
    pub service_id: String,
    pub service_path: String,
    /// A service with dates, and one of them.
    pub camp_id: String,
    pub date_id: String,
    /// The other host's service with dates.
    pub other_camp_id: String,
    pub connection_id: String,
    /// A lesson with the host that the other guest has ordered and paid, with what only few should know of who takes part.
    paid: Option<Booking>,
    people: Vec<(&'static str, Person)>,
}

impl World {
    /// Nobody works on jobs, so that nothing changes by itself.
    pub async fn start(engine: Engine) -> Self {
        let stage = Stage::start_with(engine, &["serve", "--no-worker"]).await;
        let server = &stage.server;
        let mut people = Vec::new();
        let mut add = |name, cookie: &str| {
            let cookie = cookie.to_owned();
            people.push((name, Person { cookie, token: None }));
        };
        for name in ["anonymous", "guest", "other guest"] {
            add(name, "");
        }
        let host = host_at(server, "host", "anna").await;
        host.connect("ada@sandbox.test").await;
        let page = host.page("/host/integrations").await;
        let connection_id = hidden(&page, "connection");
        let page = host.page("/host/services").await;
        let service_id = between(&page, "href=\"/host/services/", "\"")
            .into_iter()
            .find(|id| *id != "new")
            .unwrap()
            .to_owned();
        let service_path = format!("/anna/{}", between(&host.page("/anna").await, "href=\"/anna/", "\"")[0]);
        let (camp_id, date_id) = make_camp(&host, "host").await;
        let other_host = host_at(server, "other host", "berta").await;
        let (other_camp_id, _) = make_camp(&other_host, "other host").await;
        for (name, browser, day) in [("host", &host, "09"), ("other host", &other_host, "10")] {
            close_a_day(browser, name, day).await;
            add(name, &browser.cookie);
        }
        let mut managers = Vec::new();
        for (name, slug) in [("manager", "max"), (THEIR_MANAGER, "mira")] {
            let manager = sign_in_as(server, name, "manager").await;
            let profile = crate::support::browser::profile(slug);
            let saved = manager.post("/host/profile", &profile).await;
            assert_eq!(saved.status(), StatusCode::SEE_OTHER);
            add(name, &manager.cookie);
            managers.push(manager);
        }
        for name in ["customer", "other customer"] {
            add(name, &sign_in_as(server, name, "customer").await.cookie);
        }
        let administrator = Browser::sign_in(server, "root", "admin").await;
        add("administrator", &administrator.cookie);
        let db = &server.database.db;
        let account = async |name: &str| account(db, &format!("{}@example.org", mark_of(name))).await.to_string();
        let (host_id, manager_id) = (account("host").await, account(THEIR_MANAGER).await);
        let reports = [("form", "manager"), ("id", &*host_id), ("manager", &*manager_id)];
        let answer = administrator.post("/admin/people", &reports).await;
        assert!(location(&answer).contains("done=manager"));
        let disabled = Browser::sign_in(server, "dan", "staff").await;
        add("disabled", &disabled.cookie);
        let list = administrator.page("/admin/people?q=dan").await;
        let id = hidden(&list, "id");
        let shut_out = [("form", "access"), ("access", "disabled"), ("id", id.as_str())];
        let answer = administrator.post("/admin/people?q=dan", &shut_out).await;
        assert!(location(&answer).contains("done=disabled"));
        drop((host, other_host, managers, administrator, disabled));
        let mut world = Self {
            stage,
            host_id,
            service_id,
            service_path,
            camp_id,
            date_id,
            other_camp_id,
            connection_id,
            paid: None,
            people,
        };
        world.sell().await;
        world.ask_a_question().await;
        // That a session is in use is noted every few minutes; here never, however long this takes.
        world
            .sql("UPDATE login_sessions SET last_seen_at = last_seen_at + 86400000")
            .await;
        for name in ["guest", "other guest"] {
            let booking = world.book(name).await;
            world
                .people
                .iter_mut()
                .find(|(known, _)| *known == name)
                .unwrap()
                .1
                .token = Some(booking.token);
        }
        world.book_at("other customer", "berta").await;
        let lesson = world.order("other guest").await;
        world.pay("other guest", &lesson).await;
        world.paid = Some(lesson);
        world.send_a_child("other guest").await;
        world
    }

    /// The other guest's order.
    pub fn paid_order(&self) -> Booking {
        self.paid.clone().unwrap()
    }

    /// Pays the order, which is booked by the page that waits for it: Stripe itself says nothing here, so that nothing changes
    /// by itself.
    async fn pay(&self, name: &str, order: &Booking) {
        let stripe = self.stage.google.control();
        stripe.hold_stripe_webhooks();
        let address = format!("/orders/{}?token={}", order.id, order.token);
        let to = location(&self.browser(name).post(&address, &[]).await);
        let session = to.rsplit('/').next().unwrap();
        stripe
            .pay_session(session, "payer@example.com", None, &PayWith::Card)
            .unwrap();
        let progress = format!("/orders/{}/progress?token={}", order.id, order.token);
        let said = self.browser(name).page(&progress).await;
        assert!(said.contains("\"appointments\":\"done\""), "{said}");
    }

    /// Buys a place of the host's camp, so that its roster has somebody of whom only few may know. Only for that moment it can
    /// be bought: its title has the host's mark, which stands on no page for everybody.
    async fn send_a_child(&self, name: &str) {
        let on = self.stage.server.database.db.writer();
        let offer = async |offered: bool| {
            let id: Uuid = self.camp_id.parse().unwrap();
            let row = service::Entity::find_by_id(id).one(on).await.unwrap().unwrap();
            let mut row = row.into_active_model();
            row.active = Set(offered);
            row.price_minor = Set(20_000);
            row.update(on).await.unwrap().slug
        };
        let slug = offer(true).await;
        let place = self
            .order_of(name, &format!("/anna/{slug}"), ("date", &self.date_id))
            .await;
        self.pay(name, &place).await;
        offer(false).await;
    }

    /// Changes rows behind the program's back.
    pub async fn sql(&self, sql: &str) {
        let on = self.stage.server.database.db.writer();
        on.execute_unprepared(sql).await.unwrap();
    }

    /// The host's first service asks something: what is answered is for the host.
    async fn ask_a_question(&self) {
        let on = self.stage.server.database.db.writer();
        let id: Uuid = self.service_id.parse().unwrap();
        let row = service::Entity::find_by_id(id).one(on).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.questions = Set(serde_json::json!([
            {"id": "q1", "label": "Anything else?", "kind": {"type": "line"}, "required": false}
        ]));
        row.update(on).await.unwrap();
    }

    /// The host's service, for money.
    async fn sell(&self) {
        let on = self.stage.server.database.db.writer();
        let rows = service::Entity::find().all(on).await.unwrap();
        let host = find_host_by_slug(on, "anna").await.unwrap().unwrap();
        let free = rows
            .into_iter()
            .find(|row| row.host_id == host.user_id && row.kind == "session")
            .unwrap();
        let paid = service::Model {
            id: Uuid::from_u128(0x9a1d),
            slug: "paid".to_owned(),
            title: "Paid lesson".to_owned(),
            price_minor: 4_000,
            position: free.position + 1,
            ..free
        };
        insert_service(on, paid).await.unwrap();
    }

    pub fn person(&self, name: &str) -> &Person {
        &self.people.iter().find(|(known, _)| *known == name).unwrap().1
    }

    pub fn browser(&self, name: &str) -> Browser<'_> {
        Browser {
            server: &self.stage.server,
            cookie: self.person(name).cookie.clone(),
        }
    }

    /// Books the host's next free time next month.
    pub async fn book(&self, name: &str) -> Booking {
        self.book_at(name, "anna").await
    }

    /// The same at the page of this name.
    async fn book_at(&self, name: &str, slug: &str) -> Booking {
        let (browser, mark) = (self.browser(name), mark_of(name));
        let (service, times) = free_times(&self.stage.server, slug, "Europe/Madrid").await;
        let form = browser.page(&times[0]).await;
        let fields = [
            ("start", &*hidden(&form, "start")),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*hidden(&form, "idempotency_key")),
            ("name", &*format!("Ben {mark}")),
            // An address each, so that nobody books too much.
            ("email", &*format!("{mark}-{}@example.com", hidden(&form, "start"))),
            ("answer-q1", &*format!("Answered by {mark}")),
        ];
        let booked = location(&browser.post(&service, &fields).await);
        let id = between(&booked, "/bookings/", "?")[0].to_owned();
        let token = between(&booked, "token=", "&")[0].to_owned();
        Booking { id, token, item: None }
    }

    /// Orders a lesson at the host's next free time next month, which nobody pays.
    pub async fn order(&self, name: &str) -> Booking {
        let (_, times) = free_times(&self.stage.server, "anna", "Europe/Madrid").await;
        let start = between(&times[0], "slot=", "&")[0];
        self.order_of(name, "/anna/paid", ("start", start)).await
    }

    /// Orders what is at `path`, when the field says.
    async fn order_of(&self, name: &str, path: &str, when: (&str, &str)) -> Booking {
        let mut browser = self.browser(name);
        let put = browser.post(path, &[when]).await;
        assert_eq!(location(&put), "/cart?done=added");
        if let Some(cart) = put.headers().get(SET_COOKIE) {
            let cart = cart.to_str().unwrap().split(';').next().unwrap();
            browser.cookie = format!("{}; {cart}", browser.cookie);
        }
        let (form, mark) = (browser.page("/checkout").await, mark_of(name));
        let line = between(&form, "name=\"p-", "-1-name")[0];
        let participant = |part: &str| format!("p-{line}-1-{part}");
        let fields = [
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*hidden(&form, "idempotency_key")),
            ("name", &*format!("Ben {mark}")),
            ("email", &*format!("{mark}-{}@example.com", when.1)),
            ("notes", &*format!("Noted by {mark}")),
            (&*participant("name"), &*format!("Child of {mark}")),
            (&*participant("age"), "8"),
            (&*participant("allergies"), &*format!("Allergies of {mark}")),
            (&*participant("notes"), &*format!("To be known by few: {mark}")),
        ];
        let payment = location(&browser.post("/checkout", &fields).await);
        assert!(payment.contains("/stripe/"), "{payment}");
        // The cart knows the order that waits.
        let cart = browser.page("/cart").await;
        let id = between(&cart, "/orders/", "?")[0].to_owned();
        let token = between(&cart, "?token=", "\"")[0].to_owned();
        let db = &self.stage.server.database.db;
        let items = list_items(db.reader(), id.parse().unwrap()).await.unwrap();
        Booking {
            id,
            token,
            item: Some(items[0].id.to_string()),
        }
    }
}

/// Somebody with an account whose address has their mark. Its name has not: it stands on every page that they open.
async fn sign_in_as<'a>(server: &'a Server, name: &str, role: &str) -> Browser<'a> {
    let browser = Browser::sign_in(server, &mark_of(name), role).await;
    let renamed = browser
        .post("/account", &[("form", "name"), ("name", "Somebody")])
        .await;
    assert_eq!(location(&renamed), "/account?done=name");
    browser
}

/// Somebody whom others book at `slug`.
async fn host_at<'a>(server: &'a Server, name: &str, slug: &str) -> Browser<'a> {
    let browser = sign_in_as(server, name, "staff").await;
    let answer = browser
        .post("/host/profile", &crate::support::browser::profile(slug))
        .await;
    assert_eq!(location(&answer), "/host?done=welcome");
    browser
}

/// A day off in August, with a note for oneself.
async fn close_a_day(host: &Browser<'_>, name: &str, day: &str) {
    let next_year = Clock::system().now().to_zoned(TimeZone::UTC).year() + 1;
    let fields = [
        ("form", "day"),
        ("date", &*format!("{next_year}-08-{day}")),
        ("kind", "closed"),
        ("note", &*format!("Away with {}", mark_of(name))),
    ];
    assert_eq!(
        location(&host.post("/host/hours", &fields).await),
        "/host/hours?done=day"
    );
}

/// A camp with one date, hidden from the public page, so that the host's first service stays the one to book.
async fn make_camp(host: &Browser<'_>, name: &str) -> (String, String) {
    let fields = [
        ("title", &*format!("Camp {}", mark_of(name))),
        ("kind", "camp"),
        ("location_kind", "google_meet"),
    ];
    let answer = host.post("/host/services/new", &fields).await;
    assert!(location(&answer).contains("done=created"));
    let page = host.page("/host/services").await;
    let camp = between(&page, "href=\"/host/services/", "\"").pop().unwrap().to_owned();
    let address = format!("/host/services/{camp}/dates");
    let next_year = Clock::system().now().to_zoned(TimeZone::UTC).year() + 1;
    let fields = [
        ("form", "add-date"),
        ("first_date", &*format!("{next_year}-07-05")),
        ("days", "2"),
        ("hours", "day"),
        ("seats", "5"),
    ];
    let answer = host.post(&address, &fields).await;
    assert!(location(&answer).contains("done=added"));
    let page = host.page(&address).await;
    let date = hidden(&page, "occurrence");
    (camp, date)
}
