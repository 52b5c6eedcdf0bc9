//! Every route, as everybody, at own and foreign things.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use reqwest::header::{ACCEPT, COOKIE, LOCATION};
use reqwest::{Method, Response};
use rstest::rstest;
use timetap_testing::{Engine, changes, fingerprint};

use crate::marks::{count, note_marks, read_all};
use crate::support::timetap;
use crate::table::{Row, Table, read, write};
use crate::world::{Booking, EVERYBODY, THEIR_MANAGER, World};

/// The one GET address that writes for whoever asks: it keeps the state and the verifier of the trip to Google, in this table
/// alone and from our own pages only. What else follows a GET is in `looking.rs`: the end of that trip, and a payment that is
/// found.
const WRITING_GET: (&str, &str) = ("/api/google/calendar/connect", "oauth_attempts");

/// Files of the site, which need not have been built here.
const STATIC: [&str; 4] = ["/favicon.svg", "/robots.txt", "/fonts/", "/pkg/"];

/// Whose thing a route is tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// The route is about nobody's thing, or about one's own.
    None,
    /// A booking with the host, made by the guest.
    GuestBooking,
    /// A booking with the host, made by the customer, signed in.
    CustomerBooking,
    /// An order of a lesson with the host, made by the guest.
    GuestOrder,
    /// An order of a lesson with the host, made by the customer, signed in.
    CustomerOrder,
    /// A paid order of a lesson with the host, made by the other guest.
    PaidOrder,
    /// Something of the host's.
    Hosts,
}

impl Thing {
    pub fn of(method: &str, path: &str) -> &'static [Self] {
        match path {
            _ if path.contains("/bookings/{id}") || path == "/api/fn/pick_times" => {
                &[Self::GuestBooking, Self::CustomerBooking]
            }
            _ if path.starts_with("/orders/{id}") && method == "GET" => {
                &[Self::GuestOrder, Self::CustomerOrder, Self::PaidOrder]
            }
            _ if path.starts_with("/orders/{id}") || path.starts_with("/checkout/") => {
                &[Self::GuestOrder, Self::CustomerOrder]
            }
            "/host/services/{id}" | "/host/services/{id}/dates" => &[Self::Hosts],
            _ if path.starts_with("/host/dates/{id}") || path.starts_with("/host/team/{id}") => &[Self::Hosts],
            "/host/services" | "/api/google/calendar/disconnect" if method == "POST" => &[Self::Hosts],
            _ => &[Self::None],
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::None => "",
            Self::GuestBooking => ", the guest's booking",
            Self::CustomerBooking => ", the customer's booking",
            Self::GuestOrder => ", the guest's order",
            Self::CustomerOrder => ", the customer's order",
            Self::PaidOrder => ", the other guest's paid order",
            Self::Hosts => ", the host's",
        }
    }
}

/// Everything that the program answers at, by its own account.
pub fn routes(world: &World) -> Vec<(String, String)> {
    let output = timetap(&world.stage.server.database.url, world.stage.server.address)
        .arg("routes")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut routes: Vec<(String, String)> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(method, path)| (method.to_owned(), path.trim().to_owned()))
        .collect();
    assert!(routes.len() > 50, "{text}");
    // What ends a session or a connection comes last.
    routes.sort_by_key(|(method, path)| {
        (
            method == "POST" && (path.ends_with("connect") || path == "/sign-out"),
            path.clone(),
            method.clone(),
        )
    });
    routes
}

/// One route, tried on one thing by everybody.
pub struct Visit<'a> {
    pub world: &'a World,
    pub method: &'a str,
    pub path: &'a str,
    pub thing: Thing,
}

impl Visit<'_> {
    pub fn name(&self) -> String {
        format!("{} {}{}", self.method, self.path, self.thing.words())
    }

    /// Whether this person gets to the thing and changes it, so that the next one needs a new one.
    fn uses_up(&self) -> bool {
        self.method == "POST" && (self.path.contains("/bookings/{id}") || self.path.contains("/orders/{id}"))
    }

    pub async fn make_thing(&self) -> Option<Booking> {
        match self.thing {
            Thing::GuestBooking => Some(self.world.book("guest").await),
            Thing::CustomerBooking => Some(self.world.book("customer").await),
            Thing::GuestOrder => Some(self.world.order("guest").await),
            Thing::CustomerOrder => Some(self.world.order("customer").await),
            Thing::PaidOrder => Some(self.world.paid_order()),
            Thing::None | Thing::Hosts => None,
        }
    }

    pub async fn send(&self, name: &str, booking: Option<&Booking>) -> Response {
        let (world, person) = (self.world, self.world.person(name));
        let own = match self.path {
            "/host/services/{id}/dates" => &world.camp_id,
            path if path.starts_with("/host/dates/{id}") => &world.date_id,
            path if path.starts_with("/host/team/{id}") => &world.host_id,
            _ => &world.service_id,
        };
        let id = booking.map_or(own.as_str(), |booking| booking.id.as_str());
        let (slug, service) = world.service_path.trim_start_matches('/').split_once('/').unwrap();
        let mut path = self
            .path
            .replace("{id}", id)
            .replace("{slug}", slug)
            .replace("{service}", service)
            .replace("{*file}", "nothing.js");
        // The guest whose it is comes with its token, everybody else with what they have.
        let owner = match self.thing {
            Thing::GuestBooking | Thing::GuestOrder => name == "guest",
            Thing::PaidOrder => name == "other guest",
            _ => false,
        };
        let token = booking
            .filter(|_| owner)
            .map(|booking| &booking.token)
            .or(person.token.as_ref());
        if self.path == "/api/fn/pick_times" {
            let token = token.map_or("", String::as_str);
            path = format!("{path}?subject=booking:{id}&zone=Europe/Madrid&month=&day=&token={token}");
        } else {
            let token = token.map_or("", String::as_str);
            let item = booking.and_then(|booking| booking.item.as_deref()).unwrap_or_default();
            path = format!("{path}?token={token}&order={id}&item={item}");
        }
        let method: Method = self.method.parse().unwrap();
        let mut request = world
            .stage
            .server
            .http
            .request(method, world.stage.server.url(&path))
            // Islands ask for data, browsers for pages.
            .header(
                ACCEPT,
                if self.path.starts_with("/api/fn/") {
                    "application/json"
                } else {
                    "text/html"
                },
            )
            .header("Sec-Fetch-Site", "same-origin")
            .header(COOKIE, &person.cookie);
        if self.method == "POST" {
            let fields: &[(&str, &str)] = match self.path {
                "/host/services/{id}/dates" => &[("form", "add-date")],
                "/host/services" | "/host/team/{id}/services" => &[("service", &world.service_id), ("do", "up")],
                "/api/google/calendar/disconnect" => &[("connection", &world.connection_id)],
                _ => &[],
            };
            request = request.form(fields);
        }
        request.send().await.unwrap()
    }

    /// Everybody's answers, and whose marks they were shown; whoever is turned away has changed nothing.
    async fn everybody(&self) -> (Row, Row) {
        let db = &self.world.stage.server.database.db;
        let (mut row, mut shown) = (Row::new(), Row::new());
        let mut booking = self.make_thing().await;
        let mut before = fingerprint(db).await;
        let reads = self.method == "GET";
        // The owner comes last: the thing may be gone afterwards.
        let owner = match self.thing {
            Thing::GuestBooking | Thing::GuestOrder => "guest",
            Thing::CustomerBooking | Thing::CustomerOrder => "customer",
            Thing::PaidOrder => "other guest",
            Thing::None | Thing::Hosts => "host",
        };
        let (owners, others): (Vec<&str>, Vec<&str>) = EVERYBODY.iter().partition(|name| **name == owner);
        for name in others.into_iter().chain(owners) {
            let answer = self.send(name, booking.as_ref()).await;
            if is_success(&answer) {
                if !reads && self.uses_up() {
                    booking = self.make_thing().await;
                }
                if !reads {
                    before = fingerprint(db).await;
                }
            } else if !reads {
                self.assert_unchanged(&before, name).await;
            }
            row.entry(self.in_words(&answer)).or_default().insert(name.to_owned());
            note_marks(&mut shown, &self.name(), name, &read_all(answer).await);
        }
        if reads {
            self.assert_unchanged(&before, "somebody").await;
        }
        (row, shown)
    }

    async fn assert_unchanged(&self, before: &BTreeMap<String, Vec<String>>, name: &str) {
        let mut changed = changes(before, &fingerprint(&self.world.stage.server.database.db).await);
        if self.method == "GET" && self.path == WRITING_GET.0 {
            changed.retain(|line| !line.starts_with(&format!("+ {}: ", WRITING_GET.1)));
        }
        assert!(changed.is_empty(), "{} as {name} changed {changed:#?}", self.name());
    }

    /// `200`, or `303→/sign-in`: a redirect with its path and what it says was done or went wrong, ids left out.
    fn in_words(&self, answer: &Response) -> String {
        let status = answer.status().as_u16();
        if STATIC.iter().any(|path| self.path.starts_with(path)) {
            assert!(matches!(status, 200 | 404), "{status}");
            return "file".to_owned();
        }
        let Some(to) = answer.headers().get(LOCATION) else {
            return status.to_string();
        };
        let to = to.to_str().unwrap();
        if to.contains("://") {
            let whose = if to.contains("/stripe/") { "stripe" } else { "google" };
            return format!("{status}→{whose}");
        }
        let (path, query) = to.split_once('?').unwrap_or((to, ""));
        let path: Vec<&str> = path
            .split('/')
            .map(|part| if part.len() == 36 { "{id}" } else { part })
            .collect();
        let said: Vec<&str> = query
            .split('&')
            .filter(|part| part.starts_with("done=") || part.starts_with("problem="))
            .collect();
        let mark = if said.is_empty() { "" } else { "?" };
        format!("{status}→{}{mark}{}", path.join("/"), said.join("&"))
    }
}

/// Whether something was done. A refusal, whatever its status, an answer that leads elsewhere first, and one that says that
/// nothing had to be done, have changed nothing.
fn is_success(answer: &Response) -> bool {
    let Some(to) = answer.headers().get(LOCATION) else {
        return answer.status().is_success();
    };
    let to = to.to_str().unwrap();
    let done = to
        .split_once("done=")
        .map(|(_, done)| done.split(['&', '#']).next().unwrap());
    to.contains("://") || done.is_some_and(|done| !matches!(done, "first" | "unchanged"))
}

/// The host's manager stands in the table only where another manager gets something else.
fn leave_out_their_manager(row: &mut Row) {
    for people in row.values_mut().filter(|people| people.contains("manager")) {
        people.remove(THEIR_MANAGER);
    }
    row.retain(|_, people| !people.is_empty());
}

/// What differs between two tables, as it was found.
fn differences(expected: &Table, found: &Table) -> String {
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let mut differences = Vec::new();
    for name in names {
        match (expected.get(name), found.get(name)) {
            (Some(row), Some(answers)) if row == answers => {}
            (Some(_), None) => differences.push(format!("{name}\n    is in the table, but no address any more\n")),
            (_, Some(answers)) => differences.push(write(name, answers, &EVERYBODY)),
            (None, None) => {}
        }
    }
    differences.concat()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn everybody_gets_exactly_what_the_table_says(#[case] engine: Engine) {
    let world = World::start(engine).await;
    let (mut found, mut shown) = (Table::new(), Table::new());
    for (method, path) in routes(&world) {
        for thing in Thing::of(&method, &path) {
            let visit = Visit {
                world: &world,
                method: &method,
                path: &path,
                thing: *thing,
            };
            let (mut row, marks) = visit.everybody().await;
            leave_out_their_manager(&mut row);
            found.insert(visit.name(), row);
            if !marks.is_empty() {
                shown.insert(visit.name(), marks);
            }
        }
    }
    let answers = differences(&read(include_str!("expected.txt")), &found);
    let marks = differences(&read(include_str!("shown.txt")), &shown);
    assert!(
        answers.is_empty() && marks.is_empty(),
        "not as the table says; found instead:\n{answers}\nshown otherwise than shown.txt says:\n{marks}"
    );
    for (mark, times) in count(&shown) {
        assert!(times > 0, "{mark} was planted nowhere");
    }
}

/// The program's list has what its own help says; a list that forgets something would let it go untested.
#[test]
fn routes_are_listed_without_a_configuration() {
    let output = Command::new(env!("CARGO_BIN_EXE_timetap"))
        .env_clear()
        .arg("routes")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "GET    /bookings/{id}/status",
        "POST   /{slug}/{service}",
        "GET    /api/fn/pick_times",
    ] {
        assert!(text.contains(line), "{text}");
    }
}
