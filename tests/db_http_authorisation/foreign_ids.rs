//! Forms that name a thing by its id, filled in as its owner would fill them in and sent by everybody whose thing it is not:
//! nothing changes. Then its owner sends the very same form, and something does: so it was refused for who sent it, and not for
//! what stood in it.

use jiff::tz::TimeZone;
use rstest::rstest;
use sea_orm::{ConnectionTrait, Statement};
use timetap_core::clock::Clock;
use timetap_store::Database;
use timetap_testing::{Engine, changes, fingerprint};
use uuid::Uuid;

use crate::support::browser::{PASSWORD, location};
use crate::support::orders::account;
use crate::support::reading::{between, free_times, hidden};
use crate::world::{EVERYBODY, THEIR_MANAGER, World, mark_of};

/// A form that names something.
struct Form {
    path: String,
    fields: Vec<(&'static str, String)>,
    /// Whose thing it is; nobody's where the form has no place at this address even for its owner.
    owner: Option<&'static str>,
    /// The token of the owner's link, where a link is what makes them its owner.
    token: Option<String>,
    /// Who else may do it, and is not asked.
    also: &'static [&'static str],
}

impl Form {
    fn new(owner: &'static str, path: impl Into<String>, fields: &[(&'static str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            path: path.into(),
            fields: fields.collect(),
            owner: Some(owner),
            token: None,
            also: &[],
        }
    }

    fn by_nobody(self) -> Self {
        Self { owner: None, ..self }
    }

    fn with(self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self
        }
    }

    fn and(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    async fn send(&self, world: &World, name: &str, token: Option<&String>) -> reqwest::Response {
        let fields: Vec<(&str, &str)> = self.fields.iter().map(|(name, value)| (*name, &**value)).collect();
        let mark = if self.path.contains('?') { '&' } else { '?' };
        let path = match token {
            Some(token) => format!("{}{mark}token={token}", self.path),
            None => self.path.clone(),
        };
        world.browser(name).post(&path, &fields).await
    }

    async fn prove(&self, world: &World) {
        let what = || format!("POST {} {:?}", self.path, self.fields);
        let before = rows(&world.stage.server.database.db).await;
        for name in EVERYBODY {
            if Some(name) == self.owner || self.also.contains(&name) {
                continue;
            }
            // Guests bring the link that they do have.
            self.send(world, name, world.person(name).token.as_ref()).await;
            let changed = changes(&before, &rows(&world.stage.server.database.db).await);
            assert!(changed.is_empty(), "{} as {name}: {changed:#?}", what());
        }
        let Some(owner) = self.owner else { return };
        let answer = self.send(world, owner, self.token.as_ref()).await;
        let said = format!("{} {:?}", answer.status(), answer.headers().get("location"));
        assert!(answer.status().as_u16() < 400, "{} as {owner}: {said}", what());
        let changed = changes(&before, &rows(&world.stage.server.database.db).await);
        assert!(!changed.is_empty(), "{} as {owner} does nothing: {said}", what());
    }
}

/// All but the counters of tries, which count those who are refused.
async fn rows(db: &Database) -> std::collections::BTreeMap<String, Vec<String>> {
    let mut rows = fingerprint(db).await;
    rows.remove("rate_limits");
    rows
}

async fn ids(world: &World, sql: &str) -> Vec<String> {
    let on = world.stage.server.database.db.writer();
    let rows = on
        .query_all_raw(Statement::from_string(on.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| row.try_get::<Uuid>("", "id").unwrap().to_string())
        .collect()
}

async fn person_id(world: &World, name: &str) -> String {
    let email = format!("{}@example.org", mark_of(name));
    account(&world.stage.server.database.db, &email).await.to_string()
}

/// The value of a start that is free next month, counted from the end of its day.
async fn free_start(world: &World, from_the_end: usize) -> String {
    let (_, times) = free_times(&world.stage.server, "anna", "Europe/Madrid").await;
    let time = &times[times.len() - 1 - from_the_end];
    between(&format!("{}&", time.split('#').next().unwrap()), "slot=", "&")[0].to_owned()
}

async fn prove_all(world: &World, forms: Vec<Form>) {
    for form in forms {
        form.prove(world).await;
    }
}

/// Who may look after a host's services besides the host is a matter of its own: see the table.
const MANAGERS: &[&str] = &[THEIR_MANAGER, "administrator"];

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_hosts_services_dates_and_days_are_the_hosts(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let host = world.browser("host");
    let year = Clock::system().now().to_zoned(TimeZone::UTC).year() + 1;
    let weekly = [
        ("title", "Every week"),
        ("kind", "subscription"),
        ("price", "25"),
        ("duration_minutes", "60"),
        ("location_kind", "google_meet"),
    ];
    assert!(location(&host.post("/host/services/new", &weekly).await).contains("done=created"));
    let weekly = ids(&world, "SELECT id FROM services WHERE kind = 'subscription'")
        .await
        .remove(0);
    let (service, camp, date, other_camp) = (
        &*world.service_id,
        &*world.camp_id,
        &*world.date_id,
        &*world.other_camp_id,
    );
    let (camp_dates, weekly_dates) = (
        format!("/host/services/{camp}/dates"),
        format!("/host/services/{weekly}/dates"),
    );
    let day = |day: &str| format!("{year}-{day}");
    let mut forms = vec![Form::new(
        "host",
        format!("/host/services/{service}"),
        &[
            ("title", "Another title"),
            ("kind", "session"),
            ("slug", "one-hour-session"),
            ("duration_minutes", "60"),
            ("location_kind", "google_meet"),
            ("active", "on"),
        ],
    )];
    for button in ["hide", "show", "down", "up"] {
        let fields = [("service", service), ("do", button)];
        forms.push(Form::new("host", "/host/services", &fields));
    }
    forms.extend([
        Form::new(
            "host",
            &camp_dates,
            &[
                ("form", "add-date"),
                ("first_date", &*day("07-20")),
                ("days", "2"),
                ("hours", "day"),
                ("seats", "5"),
            ],
        ),
        Form::new(
            "host",
            &weekly_dates,
            &[
                ("form", "add-weekly"),
                ("weekday", "3"),
                ("from", "17:00"),
                ("first_date", &*day("09-01")),
                ("seats", "4"),
            ],
        ),
        Form::new(
            "host",
            &camp_dates,
            &[
                ("form", "change"),
                ("occurrence", date),
                ("do", "seats"),
                ("seats", "9"),
            ],
        ),
    ]);
    let forms = forms.into_iter().map(|form| form.and(MANAGERS)).collect();
    prove_all(&world, forms).await;

    let template = ids(&world, "SELECT id FROM recurring_templates").await.remove(0);
    let change = |button: &str| {
        let fields = [
            ("form", "change"),
            ("template", &*template),
            ("do", button),
            ("seats", "7"),
        ];
        Form::new("host", &weekly_dates, &fields).and(MANAGERS)
    };
    prove_all(&world, ["seats", "close", "open"].map(change).into()).await;
    // Dates of somebody else's under one's own service.
    for (name, id, button) in [
        ("occurrence", date, "seats"),
        ("template", &*template, "seats"),
        ("template", &*template, "close"),
    ] {
        let fields = [("form", "change"), (name, id), ("do", button), ("seats", "3")];
        let address = format!("/host/services/{other_camp}/dates");
        Form::new("host", address, &fields).by_nobody().prove(&world).await;
    }

    let key = hidden(&host.page(&format!("/host/dates/{date}/call-off")).await, "key");
    prove_all(
        &world,
        vec![
            Form::new(
                "host",
                "/host/hours",
                &[("form", "remove-day"), ("date", &*day("08-09"))],
            ),
            Form::new(
                "host",
                format!("/host/dates/{date}/call-off"),
                &[("message", "It rains"), ("key", &*key)],
            )
            .and(MANAGERS),
        ],
    )
    .await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bookings_calendars_and_connections_are_their_owners(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let host = world.browser("host");
    let second = [
        ("title", "Second hour"),
        ("kind", "session"),
        ("duration_minutes", "60"),
        ("location_kind", "google_meet"),
        ("active", "on"),
    ];
    assert!(location(&host.post("/host/services/new", &second).await).contains("done=created"));
    let second = ids(&world, "SELECT id FROM services WHERE title = 'Second hour'")
        .await
        .remove(0);
    let (hosted, guests) = (world.book("customer").await, world.book("guest").await);
    let write = {
        let sql = format!(
            "SELECT w.id AS id FROM calendar_writes w JOIN appointments a ON a.id = w.appointment_id \
             WHERE a.customer_name LIKE '%{}%' AND w.role <> 'manager' ORDER BY w.id",
            mark_of("guest")
        );
        ids(&world, &sql).await.remove(0)
    };
    let (connection, at) = (&*world.connection_id, format!("/host/bookings/{}", hosted.id));
    let (start, later) = (free_start(&world, 0).await, free_start(&world, 4).await);
    let guest = |part: &str, fields: &[(&'static str, &str)]| {
        Form::new("guest", format!("/bookings/{}/{part}", guests.id), fields).with(&guests.token)
    };
    let mut forms = vec![
        Form::new("host", format!("{at}/staff"), &[("service", &*second)]).and(MANAGERS),
        Form::new(
            "host",
            format!("{at}/reschedule"),
            &[("start", &*start), ("message", "Later")],
        )
        .and(MANAGERS),
        Form::new("host", &at, &[]),
        Form::new("host", format!("{at}/cancel"), &[("message", "Ill")]).and(MANAGERS),
        guest(
            "reschedule",
            &[
                ("start", &*later),
                ("time_zone", "Europe/Madrid"),
                ("message", "A train"),
            ],
        ),
        guest("cancel", &[("message", "Ill")]),
    ];
    let calendar = format!("{connection}|ada@sandbox.test");
    let calendars: Vec<Vec<(&'static str, &str)>> = vec![
        vec![("form", "calendars"), ("write", &*calendar)],
        vec![("form", "retry_write"), ("write", &*write)],
        vec![("form", "retry_connection"), ("connection", connection)],
        vec![
            ("form", "preferences"),
            ("connection", connection),
            ("direction", "busy"),
        ],
    ];
    for fields in &calendars {
        // The host's own word counts at this address too.
        forms.push(
            Form::new("host", "/account/calendars", fields)
                .by_nobody()
                .and(&["host"]),
        );
        forms.push(Form::new("host", "/host/integrations", fields));
    }
    forms.push(Form::new(
        "host",
        "/api/google/calendar/disconnect",
        &[("connection", connection)],
    ));
    prove_all(&world, forms).await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn carts_and_orders_are_their_customers(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let customer = world.browser("customer");
    let (start, other_start) = (free_start(&world, 0).await, free_start(&world, 6).await);
    let put = customer.post("/anna/paid", &[("start", &*start)]).await;
    assert_eq!(location(&put), "/cart?done=added");
    let item = async || ids(&world, "SELECT id FROM cart_items").await.remove(0);
    let first = item().await;
    let (back, taken) = (format!("at:{start}"), format!("{first}:at:{other_start}"));
    let take = Form::new("customer", "/checkout", &[("take", &*taken)]);
    let instead = Form::new("customer", "/cart", &[("item", &*first), ("instead", &*back)]);
    prove_all(&world, vec![take, instead]).await;
    let second = item().await;
    let key = hidden(&customer.page("/checkout").await, "idempotency_key");
    let participant: &'static str = Box::leak(format!("p-{second}-1-name").into_boxed_str());
    let check_out = [
        ("name", "Carla Ruiz"),
        ("email", "carla@example.com"),
        ("time_zone", "Europe/Madrid"),
        ("idempotency_key", &*key),
        (participant, "Child"),
    ];
    prove_all(
        &world,
        vec![
            Form::new("customer", "/checkout", &check_out),
            Form::new("customer", "/checkout", &[("take_out", &*second)]),
        ],
    )
    .await;
    let put = customer.post("/anna/paid", &[("start", &*other_start)]).await;
    assert_eq!(location(&put), "/cart?done=added");
    let third = item().await;
    Form::new("customer", "/cart", &[("item", &*third), ("remove", "yes")])
        .prove(&world)
        .await;

    // Whoever takes another time in the place of a foreign one, takes it for themselves.
    let put = customer.post("/anna/paid", &[("start", &*other_start)]).await;
    assert_eq!(location(&put), "/cart?done=added");
    let fourth = item().await;
    let stranger = world.browser("other customer");
    let third_start = free_start(&world, 3).await;
    let fields = [("start", &*third_start), ("item", &*fourth)];
    assert_eq!(
        location(&stranger.post("/anna/paid", &fields).await),
        "/cart?done=added"
    );
    let items = ids(&world, "SELECT id FROM cart_items").await;
    assert!(items.len() == 2 && items.contains(&fourth), "{items:?}");

    let (order, paid) = (world.order("guest").await, world.paid_order());
    let foreign_item = paid.item.as_deref().unwrap();
    // A part of somebody else's order under one's own.
    let address = format!("/orders/{}/cancel?item={foreign_item}&token={}", order.id, order.token);
    Form::new("guest", address, &[("message", "Ill")])
        .by_nobody()
        .prove(&world)
        .await;
    prove_all(
        &world,
        vec![
            Form::new("guest", format!("/orders/{}", order.id), &[("call_off", "yes")]).with(&order.token),
            Form::new(
                "other guest",
                format!("/orders/{}/cancel?item={foreign_item}", paid.id),
                &[("message", "Ill")],
            )
            .with(&paid.token),
        ],
    )
    .await;
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn accounts_rooms_and_jobs_are_for_those_who_run_the_house(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let room = [("name", "Blue room"), ("address", "Calle Mayor 1"), ("active", "on")];
    assert!(location(&world.browser("administrator").post("/host/team", &room).await).contains("done=room"));
    let room = ids(&world, "SELECT id FROM rooms").await.remove(0);
    // Another session of the customer's, in another browser.
    let sessions = ids(&world, "SELECT id FROM login_sessions").await;
    let elsewhere = world.browser("anonymous");
    let email = format!("{}@example.org", mark_of("customer"));
    elsewhere
        .post("/sign-in", &[("email", &*email), ("password", PASSWORD)])
        .await;
    let session = ids(&world, "SELECT id FROM login_sessions")
        .await
        .into_iter()
        .find(|id| !sessions.contains(id))
        .unwrap();
    let jobs = ids(&world, "SELECT id FROM jobs WHERE state = 'queued' ORDER BY id").await;
    assert!(jobs.len() > 1);
    world
        .sql("UPDATE jobs SET state = 'dead', finished_at = updated_at WHERE state = 'queued'")
        .await;
    let somebody = person_id(&world, "other customer").await;
    let (boss, reports) = (
        person_id(&world, "manager").await,
        person_id(&world, "other host").await,
    );
    let mut forms = vec![
        Form::new(
            "manager",
            "/host/team",
            &[("room", &*room), ("name", "Red room"), ("address", "Elsewhere")],
        )
        .and(MANAGERS),
        Form::new("administrator", "/admin/jobs", &[("job", &*jobs[0])]),
        Form::new("administrator", "/admin/jobs", &[("job", "all")]),
        Form::new("customer", "/account", &[("form", "session"), ("id", &*session)]),
    ];
    let person: Vec<Vec<(&'static str, &str)>> = vec![
        vec![("form", "manager"), ("manager", &*boss), ("id", &*reports)],
        vec![("form", "manager"), ("manager", ""), ("id", &*reports)],
        vec![("form", "role"), ("role", "staff"), ("id", &*somebody)],
        vec![("form", "role"), ("role", "customer"), ("id", &*somebody)],
        vec![("form", "access"), ("access", "disabled"), ("id", &*somebody)],
    ];
    forms.extend(
        person
            .iter()
            .map(|fields| Form::new("administrator", "/admin/people", fields)),
    );
    prove_all(&world, forms).await;
    // One's own role and access are no exception.
    for name in ["host", "manager", THEIR_MANAGER, "customer"] {
        let id = person_id(&world, name).await;
        let fields = [("form", "role"), ("role", "admin"), ("id", &*id)];
        let own = Form::new("administrator", "/admin/people", &fields).by_nobody();
        own.and(&["administrator"]).prove(&world).await;
    }
}
