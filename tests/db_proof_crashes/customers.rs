//! Customers who book over HTTP and do not give up: a form whose connection broke is sent again as it is.

use std::time::{Duration, Instant};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, RequestBuilder, StatusCode};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::Server;

/// A customer gives up after so long.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// A customer whose booking was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub email: String,
    pub appointment: Uuid,
}

/// All customers of a host, each with a time of their own.
pub struct Customers {
    http: Client,
    url: String,
    times: Times,
    number: usize,
    under_way: JoinSet<Booked>,
    pub booked: Vec<Booked>,
}

/// Starts that nobody has taken yet.
pub type Times = Box<dyn Iterator<Item = String> + Send>;

/// The hours of a host in Madrid, Monday to Friday from nine to five, from some days ahead until `last` days ahead.
pub fn working_hours(last: i32) -> Times {
    let today = Clock::system().now().to_zoned(TimeZone::get("Europe/Madrid").unwrap());
    let days = (3..last).map(move |day| today.checked_add(day.days()).unwrap());
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
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{page}");
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
            http: server.http.clone(),
            url: server.url(path),
            times: working_hours(58),
            number: 0,
            under_way: JoinSet::new(),
            booked: Vec::new(),
        }
    }

    /// Sends `many` customers on their way.
    pub fn send(&mut self, many: usize) {
        for _ in 0..many {
            self.number += 1;
            let (number, time) = (self.number, self.times.next().unwrap());
            let (http, url) = (self.http.clone(), self.url.clone());
            self.under_way
                .spawn(async move { book(&http, &url, number, &time).await });
        }
    }

    /// Waits until all of them have their answer.
    pub async fn until_answered(&mut self) {
        while let Some(booked) = self.under_way.join_next().await {
            self.booked.push(booked.unwrap());
        }
    }
}

async fn book(http: &Client, url: &str, number: usize, time: &str) -> Booked {
    let email = format!("customer{number}@example.com");
    let key = Entropy::system().token();
    let form = [
        ("start", time),
        ("time_zone", "America/New_York"),
        ("idempotency_key", &key),
        ("name", "Ben Okafor"),
        ("email", &email),
    ];
    let answer = insist(time, || {
        let request = http.post(url).header("Sec-Fetch-Site", "same-origin");
        request.header("X-Forwarded-For", network(number)).form(&form)
    })
    .await;
    let id = answer.location().strip_prefix("/bookings/").unwrap();
    let appointment = id.split('?').next().unwrap().parse().unwrap();
    Booked { email, appointment }
}
