//! People who all press the button at the same moment, each with an address, a name and a form of their own.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::future::join_all;
use reqwest::header::LOCATION;
use reqwest::{Client, StatusCode};
use timetap_providers::http::{Timeouts, build_client};
use tokio::sync::Semaphore;

/// Longer than any of them should have to wait.
const PATIENCE: Timeouts = Timeouts {
    connect: Duration::from_hours(1),
    total: Duration::from_hours(1),
};

/// One press of the button.
#[derive(Clone, Debug)]
pub struct Wish {
    /// To which server, such as `http://127.0.0.1:3000`.
    pub server: String,
    /// The service's page.
    pub path: String,
    /// The time, as the form has it.
    pub start: String,
    /// Tells people apart.
    pub person: String,
    /// The form's own key.
    pub key: String,
    /// From where, as the proxy says.
    pub from: [u8; 4],
}

impl Wish {
    /// A wish of the person with this number, who is nobody else.
    pub fn new(server: &str, path: &str, start: &str, name: &str, number: usize) -> Self {
        let [_, a, b, c] = u32::try_from(number).unwrap().to_be_bytes();
        Self {
            server: server.to_owned(),
            path: path.to_owned(),
            start: start.to_owned(),
            person: format!("{name}-{number}"),
            key: format!("a form of {name}-{number}"),
            from: [10, a, b, c],
        }
    }
}

/// What somebody was told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Booked; this is the booking's address.
    Booked(String),
    /// The time is gone, these others are free, and nothing that was typed is lost.
    Gone,
    /// Anything else, which is what must not happen.
    Other(String),
}

impl Told {
    /// Whether it was a booking.
    pub fn is_booked(&self) -> bool {
        matches!(self, Self::Booked(_))
    }
}

/// What everybody was told, and how long it took.
#[derive(Debug)]
pub struct Outcome {
    /// In the order of the wishes.
    pub told: Vec<Told>,
    took: Vec<Duration>,
    whole: Duration,
}

impl Outcome {
    /// The addresses of all bookings.
    pub fn booked(&self) -> Vec<&str> {
        let mut booked = Vec::new();
        for told in &self.told {
            if let Told::Booked(address) = told {
                booked.push(address.as_str());
            }
        }
        booked
    }

    /// Fails where anybody was told anything but "booked" or "gone", and shows a few of them.
    pub fn assert_clean(&self) {
        let mut others = BTreeMap::<&str, usize>::new();
        for told in &self.told {
            if let Told::Other(what) = told {
                *others.entry(what).or_default() += 1;
            }
        }
        assert!(others.is_empty(), "{}: {others:#?}", self.figures());
    }

    /// How many there were, how long all of them took, and one of them.
    pub fn figures(&self) -> String {
        let mut took = self.took.clone();
        took.sort();
        let at = |part: usize| took[(took.len() - 1) * part / 100].as_millis();
        format!(
            "{} at once in {} ms; each p50 {} ms, p99 {} ms, longest {} ms",
            took.len(),
            self.whole.as_millis(),
            at(50),
            at(99),
            at(100)
        )
    }
}

/// A client whose connections are kept from one rush to the next.
pub fn open_connections() -> Client {
    build_client(PATIENCE).unwrap()
}

/// So many are under way at a time. Linux keeps at most 4,096 connections waiting to be accepted (`net.core.somaxconn`, see
/// listen(2)) and drops what the others send, which is no answer of the program's.
const AT_ONCE: usize = 4000;

/// Everybody at once, each on a connection of their own.
pub async fn rush(http: &Client, wishes: &[Wish]) -> Outcome {
    let begun = Instant::now();
    let door = &Semaphore::new(AT_ONCE);
    let answers = join_all(wishes.iter().map(|wish| async move {
        let _inside = door.acquire().await.unwrap();
        let begun = Instant::now();
        (press(http, wish).await, begun.elapsed())
    }))
    .await;
    let (told, took) = answers.into_iter().unzip();
    Outcome {
        told,
        took,
        whole: begun.elapsed(),
    }
}

async fn press(http: &Client, wish: &Wish) -> Told {
    let email = format!("{}@example.com", wish.person);
    let fields = [
        ("start", wish.start.as_str()),
        ("time_zone", "Europe/Madrid"),
        ("idempotency_key", &wish.key),
        ("name", &wish.person),
        ("email", &email),
    ];
    let [a, b, c, d] = wish.from;
    let request = http
        .post(format!("{}{}", wish.server, wish.path))
        .header("Sec-Fetch-Site", "same-origin")
        // Packing pages is no part of this, and slow where the program is built for finding faults.
        .header("Accept-Encoding", "identity")
        .header("X-Forwarded-For", format!("{a}.{b}.{c}.{d}"))
        .form(&fields);
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return Told::Other(format!("no answer: {error:?}")),
    };
    let status = answer.status();
    if status == StatusCode::SEE_OTHER {
        return Told::Booked(answer.headers()[LOCATION].to_str().unwrap().to_owned());
    }
    let page = match answer.text().await {
        Ok(page) => page,
        Err(error) => return Told::Other(format!("{status}, then {error:?}")),
    };
    let whole = page.contains("This time is no longer free. Please choose another.")
        && page.contains("name=\"instead\"")
        && page.contains(&format!("value=\"{}\"", wish.person));
    match status {
        StatusCode::CONFLICT if whole => Told::Gone,
        _ => Told::Other(format!("{status}: {}", page.chars().take(300).collect::<String>())),
    }
}
