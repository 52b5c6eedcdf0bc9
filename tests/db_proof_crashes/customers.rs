//! Customers who book over HTTP, some of whom change their mind, and who do not give up: a form whose connection broke is sent
//! again as it is.

use std::time::{Duration, Instant};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, RequestBuilder, StatusCode};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_store::Database;
use timetap_store::entities::{appointment, calendar_write, message};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::Server;

/// A customer gives up after so long.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// What a customer makes of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mind {
    /// It stays as it is.
    Stays,
    /// Moves it when it stands in the calendar and everybody was told.
    Moves,
    /// Cancels it then.
    Cancels,
    /// Moves it at once.
    MovesAtOnce,
    /// Cancels it at once.
    CancelsAtOnce,
}

impl Mind {
    pub const fn moves(self) -> bool {
        matches!(self, Self::Moves | Self::MovesAtOnce)
    }

    pub const fn cancels(self) -> bool {
        matches!(self, Self::Cancels | Self::CancelsAtOnce)
    }
}

/// Who comes after whom.
const MINDS: [Mind; 6] = [
    Mind::Stays,
    Mind::Moves,
    Mind::Cancels,
    Mind::Stays,
    Mind::MovesAtOnce,
    Mind::CancelsAtOnce,
];

/// A customer whose booking was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub email: String,
    pub appointment: Uuid,
    pub mind: Mind,
    /// When it begins after all, as a form says it.
    pub start: String,
}

/// All customers of a host, each with a time of their own.
pub struct Customers {
    place: Place,
    times: Times,
    number: usize,
    under_way: JoinSet<Booked>,
    pub booked: Vec<Booked>,
}

/// Where they book.
#[derive(Clone)]
struct Place {
    http: Client,
    base: String,
    path: String,
    db: Database,
}

/// Starts that nobody has taken yet.
pub type Times = Box<dyn Iterator<Item = String> + Send>;

/// The hours of a host in Madrid, Monday to Friday from nine to five, from `first` until `last` days ahead.
pub fn working_hours(first: i32, last: i32) -> Times {
    let today = Clock::system().now().to_zoned(TimeZone::get("Europe/Madrid").unwrap());
    let days = (first..last).map(move |day| today.checked_add(day.days()).unwrap());
    let days = days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
    let at = |day: Zoned, hour: i8| day.with().time(jiff::civil::time(hour, 0, 0, 0)).build().unwrap();
    Box::new(days.flat_map(move |day| (9..17).map(move |hour| at(day.clone(), hour).timestamp().to_string())))
}

/// What a customer was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it leads.
    pub fn location(&self) -> &str {
        let page = self.body.split("<main").nth(1).unwrap_or(&self.body);
        let alert = page.split("tt-notice").nth(1).unwrap_or(page);
        let short = alert.char_indices().nth(2_000).map_or(alert, |(end, _)| &alert[..end]);
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{short}");
        self.headers[LOCATION].to_str().unwrap()
    }
}

/// Sends a request as often as it takes until there is an answer.
pub async fn insist(what: &str, request: impl Fn() -> RequestBuilder) -> Answer {
    let begun = Instant::now();
    loop {
        if let Ok(answer) = request().send().await
            && !answer.status().is_server_error()
        {
            let (status, headers) = (answer.status(), answer.headers().clone());
            if let Ok(body) = answer.text().await {
                return Answer { status, headers, body };
            }
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: no answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The network that a customer comes from.
pub fn network(number: usize) -> String {
    format!("10.1.{}.{}", number / 250, number % 250 + 1)
}

impl Customers {
    /// The customers of the service at `path`.
    pub fn of(server: &Server, path: &str) -> Self {
        Self {
            place: Place {
                http: server.http.clone(),
                base: server.url(""),
                path: path.to_owned(),
                db: server.database.db.clone(),
            },
            times: working_hours(3, 58),
            number: 0,
            under_way: JoinSet::new(),
            booked: Vec::new(),
        }
    }

    /// Sends `many` customers on their way, each with a mind of their own.
    pub fn send(&mut self, many: usize) {
        for _ in 0..many {
            self.send_one(MINDS[self.number % MINDS.len()]);
        }
    }

    /// Sends a customer on their way.
    pub fn send_one(&mut self, mind: Mind) {
        self.number += 1;
        let times = self.times.by_ref().take(if mind.moves() { 2 } else { 1 }).collect();
        let (place, number) = (self.place.clone(), self.number);
        self.under_way
            .spawn(async move { live(&place, mind, number, times).await });
    }

    /// Waits until all of them have their answer.
    pub async fn until_answered(&mut self) {
        while let Some(booked) = self.under_way.join_next().await {
            self.booked.push(booked.unwrap());
        }
    }
}

async fn live(place: &Place, mind: Mind, number: usize, mut times: Vec<String>) -> Booked {
    let email = format!("customer{number}@example.com");
    let key = Entropy::system().token();
    let form = [
        ("start", times[0].as_str()),
        ("time_zone", "America/New_York"),
        ("idempotency_key", &key),
        ("name", "Ben Okafor"),
        ("email", &email),
    ];
    let page = place.post(number, &place.path, &form).await;
    let (id, token) = page
        .strip_prefix("/bookings/")
        .and_then(|page| page.split_once('?'))
        .unwrap();
    let appointment = id.parse().unwrap();
    if matches!(mind, Mind::Moves | Mind::Cancels) {
        place.until_told(appointment).await;
    }
    let start = times.pop().unwrap();
    if mind.moves() {
        let path = format!("/bookings/{id}/reschedule?{token}");
        let form = [("start", start.as_str()), ("message", ""), ("time_zone", "")];
        place.post(number, &path, &form).await;
    } else if mind.cancels() {
        let path = format!("/bookings/{id}/cancel?{token}");
        place.post(number, &path, &[("message", "")]).await;
    }
    Booked {
        email,
        appointment,
        mind,
        start,
    }
}

impl Place {
    /// Sends a form, and tells where it leads.
    async fn post(&self, number: usize, path: &str, form: &[(&str, &str)]) -> String {
        let answer = insist(path, || {
            let request = self.http.post(format!("{}{path}", self.base));
            let request = request.header("Sec-Fetch-Site", "same-origin");
            request.header("X-Forwarded-For", network(number)).form(form)
        })
        .await;
        answer.location().to_owned()
    }

    /// Waits until the event is noted as written, with its Meet link, and no mail is owed.
    async fn until_told(&self, id: Uuid) {
        let (on, begun) = (self.db.reader(), Instant::now());
        loop {
            let row = appointment::Entity::find_by_id(id).one(on).await.unwrap().unwrap();
            let write = calendar_write::Entity::find().filter(calendar_write::Column::AppointmentId.eq(id));
            let write = write.one(on).await.unwrap().unwrap();
            let mails = message::Entity::find().filter(message::Column::AppointmentId.eq(id));
            let mails = mails.all(on).await.unwrap();
            let told = mails
                .iter()
                .all(|mail| matches!(mail.state.as_str(), "sent" | "skipped"));
            if row.meet_link.is_some() && write.state == "written" && told {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{write:?} {mails:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
