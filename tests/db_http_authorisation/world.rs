//! A small world: two hosts, a manager, an administrator, customers, guests, and somebody who was shut out.

use jiff::tz::TimeZone;
use reqwest::StatusCode;
use reqwest::header::SET_COOKIE;
use sea_orm::EntityTrait;
use timetap_core::clock::Clock;
use timetap_store::entities::service;
use timetap_store::hosts::find_host::find_host_by_slug;
use timetap_store::hosts::insert_service::insert_service;
use timetap_store::orders::list_items::list_items;
use timetap_testing::Engine;
use uuid::Uuid;

use crate::support::browser::{Browser, location};
use crate::support::google_stage::Stage;
use crate::support::reading::{between, free_times, hidden};

/// Everybody, in the order of the table.
pub const EVERYBODY: [&str; 10] = [
    "anonymous",
    "guest",
    "other guest",
    "customer",
    "other customer",
    "host",
    "other host",
    "manager",
    "administrator",
    "disabled",
];

/// Somebody in front of a browser.
pub struct Person {
    pub cookie: String,
    /// The token of the link in their confirmation mail, for guests.
    pub token: Option<String>,
}

/// A booking with the host, or an order of one.
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
    pub connection_id: String,
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
        let host = Browser::host(server, "anna").await;
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
        let (camp_id, date_id) = make_camp(&host).await;
        let row = find_host_by_slug(server.database.db.reader(), "anna").await.unwrap();
        let host_id = row.unwrap().user_id.to_string();
        add("host", &host.cookie);
        add("other host", &Browser::host(server, "berta").await.cookie);
        let manager = Browser::sign_in(server, "max", "manager").await;
        let profile = crate::support::browser::profile("max");
        assert_eq!(
            manager.post("/host/profile", &profile).await.status(),
            StatusCode::SEE_OTHER
        );
        add("manager", &manager.cookie);
        for (name, account) in [("customer", "carla"), ("other customer", "dora")] {
            add(name, &Browser::sign_in(server, account, "customer").await.cookie);
        }
        let administrator = Browser::sign_in(server, "root", "admin").await;
        add("administrator", &administrator.cookie);
        let disabled = Browser::sign_in(server, "dan", "staff").await;
        add("disabled", &disabled.cookie);
        let list = administrator.page("/admin/people?q=dan").await;
        let id = hidden(&list, "id");
        let shut_out = [("form", "access"), ("access", "disabled"), ("id", id.as_str())];
        let answer = administrator.post("/admin/people?q=dan", &shut_out).await;
        assert!(location(&answer).contains("done=disabled"));
        drop((host, manager, administrator, disabled));
        let mut world = Self {
            stage,
            host_id,
            service_id,
            service_path,
            camp_id,
            date_id,
            connection_id,
            people,
        };
        world.sell().await;
        for name in ["guest", "other guest"] {
            let booking = world.book("anonymous").await;
            world
                .people
                .iter_mut()
                .find(|(known, _)| *known == name)
                .unwrap()
                .1
                .token = Some(booking.token);
        }
        world
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

    /// Books the host's next free time next month, as somebody who is signed in or not.
    pub async fn book(&self, name: &str) -> Booking {
        let browser = self.browser(name);
        let (_, times) = free_times(&self.stage.server, "anna", "Europe/Madrid").await;
        let form = browser.page(&times[0]).await;
        let fields = [
            ("start", &*hidden(&form, "start")),
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*hidden(&form, "idempotency_key")),
            ("name", "Ben Okafor"),
            // An address each, so that nobody books too much.
            ("email", &*format!("ben-{}@example.com", hidden(&form, "start"))),
        ];
        let booked = location(&browser.post(&self.service_path, &fields).await);
        let id = between(&booked, "/bookings/", "?")[0].to_owned();
        let token = between(&booked, "token=", "&")[0].to_owned();
        Booking { id, token, item: None }
    }

    /// Orders a lesson at the host's next free time next month, which nobody pays.
    pub async fn order(&self, name: &str) -> Booking {
        let mut browser = self.browser(name);
        let (_, times) = free_times(&self.stage.server, "anna", "Europe/Madrid").await;
        let start = between(&times[0], "slot=", "&")[0].to_owned();
        let put = browser.post("/anna/paid", &[("start", &*start)]).await;
        assert_eq!(location(&put), "/cart?done=added");
        if let Some(cart) = put.headers().get(SET_COOKIE) {
            let cart = cart.to_str().unwrap().split(';').next().unwrap();
            browser.cookie = format!("{}; {cart}", browser.cookie);
        }
        let form = browser.page("/checkout").await;
        let fields = [
            ("time_zone", "Europe/Madrid"),
            ("idempotency_key", &*hidden(&form, "idempotency_key")),
            ("name", "Ben Okafor"),
            ("email", &*format!("ben-{start}@example.com")),
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

/// A camp with one date, hidden from the public page, so that the host's first service stays the one to book.
async fn make_camp(host: &Browser<'_>) -> (String, String) {
    let fields = [
        ("title", "Winter camp"),
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
