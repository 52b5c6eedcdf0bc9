//! Customers who book over HTTP and do not give up: a form whose connection broke is sent again as it is.

use std::time::{Duration, Instant};

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use reqwest::header::LOCATION;
use reqwest::{Client, StatusCode};
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::Server;

/// A customer gives up after so long.
const PATIENCE: Duration = Duration::from_secs(40);

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
    times: Box<dyn Iterator<Item = String> + Send>,
    number: usize,
    under_way: JoinSet<Booked>,
    pub booked: Vec<Booked>,
}

impl Customers {
    /// The customers of the service at `path`, Monday to Friday from nine to five in Madrid.
    pub fn of(server: &Server, path: &str) -> Self {
        let today = Clock::system().now().to_zoned(TimeZone::get("Europe/Madrid").unwrap());
        let days = (3..58).map(move |day| today.checked_add(day.days()).unwrap());
        let days = days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday));
        let at = |day: Zoned, hour: i8| day.with().time(jiff::civil::time(hour, 0, 0, 0)).build().unwrap();
        let times = days.flat_map(move |day| (9..17).map(move |hour| at(day.clone(), hour).timestamp().to_string()));
        Self {
            http: server.http.clone(),
            url: server.url(path),
            times: Box::new(times),
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
    let network = format!("10.1.{}.{}", number / 250, number % 250 + 1);
    let begun = Instant::now();
    loop {
        let request = http.post(url).header("Sec-Fetch-Site", "same-origin");
        let sent = request.header("X-Forwarded-For", &network).form(&form).send().await;
        match sent {
            Ok(answer) if answer.status() == StatusCode::SEE_OTHER => {
                let to = answer.headers()[LOCATION].to_str().unwrap();
                let id = to.strip_prefix("/bookings/").unwrap().split('?').next().unwrap();
                let appointment = id.parse().unwrap();
                return Booked { email, appointment };
            }
            Ok(answer) if answer.status().is_server_error() => {}
            Ok(answer) => panic!("{time}: {} {}", answer.status(), answer.text().await.unwrap()),
            Err(_) => {}
        }
        assert!(begun.elapsed() < PATIENCE, "{time}: no answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
