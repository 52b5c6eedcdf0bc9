//! The people who have a sandbox Google account, and what a fresh sandbox knows of them.

use jiff::{ToSpan, civil};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::calendar::{
    calendars::{AccessRole, Calendar},
    event::{Event, EventTimes},
};
use crate::world::World;

/// The zone of every seeded account.
pub(crate) const ZONE: &str = "Europe/Madrid";

/// A sandbox Google account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// E-mail address, also the id of its primary calendar.
    pub email: String,
    /// Given name and family name.
    pub name: String,
    /// Google's numeric subject id, as text.
    pub sub: String,
}

/// A person to add to the sandbox.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// E-mail address.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Whether the primary calendar allows Meet; true when absent.
    #[serde(default = "yes")]
    pub meet: bool,
}

fn yes() -> bool {
    true
}

/// Why an account was not added.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AccountError {
    /// The address is in use.
    #[error("There is a sandbox account {0} already.")]
    Exists(String),
    /// The address cannot be one.
    #[error("\"{0}\" is not an e-mail address: use something like dana@sandbox.test.")]
    Address(String),
    /// No name was given.
    #[error("Give the account a name.")]
    Name,
}

/// Adds the account with its primary calendar.
pub(crate) fn add_account(world: &mut World, new: &NewAccount) -> Result<Account, AccountError> {
    let email = new.email.trim().to_lowercase();
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_graphic() && !"@/<>\"'%?#&\\".contains(c))
    };
    if !email
        .split_once('@')
        .is_some_and(|(local, domain)| plain(local) && plain(domain))
    {
        return Err(AccountError::Address(new.email.clone()));
    }
    if new.name.trim().is_empty() {
        return Err(AccountError::Name);
    }
    if world.accounts.contains_key(&email) {
        return Err(AccountError::Exists(email));
    }
    let account = Account {
        sub: (100_000_000_000_000_000_001_u128 + world.accounts.len() as u128 * 7_919).to_string(),
        name: new.name.trim().to_owned(),
        email: email.clone(),
    };
    let solutions: &[&str] = if new.meet { &["hangoutsMeet"] } else { &["eventHangout"] };
    world.calendars.insert(
        email.clone(),
        Calendar {
            primary: true,
            conference_types: solutions.iter().map(ToString::to_string).collect(),
            ..Calendar::new(&email, &email, &email, AccessRole::Owner)
        },
    );
    world.accounts.insert(email, account.clone());
    Ok(account)
}

/// The people of a fresh sandbox: three ordinary ones and one whose calendar has no Meet.
pub(crate) fn seed(world: &mut World) {
    for (email, name, meet) in [
        ("ada@sandbox.test", "Ada Fern", true),
        ("ben@sandbox.test", "Ben Ortiz", true),
        ("cleo@sandbox.test", "Cleo Wirth", true),
        ("nomeet@sandbox.test", "Nora Meetless", false),
    ] {
        // The addresses above are well formed and distinct.
        let _ = add_account(
            world,
            &NewAccount {
                email: email.to_owned(),
                name: name.to_owned(),
                meet,
            },
        );
    }
    let cleo = "cleo@sandbox.test";
    let family = Calendar::new(
        "family.cleo@group.calendar.sandbox.test",
        cleo,
        "Family",
        AccessRole::Owner,
    );
    world.calendars.insert(family.id.clone(), family);
    let mut holidays = Calendar::new(
        "holidays.es@group.v.calendar.sandbox.test",
        cleo,
        "Holidays",
        AccessRole::Reader,
    );
    for (index, (day, name)) in HOLIDAYS.into_iter().enumerate() {
        let next = day.saturating_add(1.day());
        let times = EventTimes::all_day(day, next, &holidays.zone());
        let change = world.next_change();
        let mut event = Event::by_hand(
            format!("holiday{index:05}"),
            cleo,
            times,
            change,
            jiff::Timestamp::UNIX_EPOCH,
        );
        event.fields.insert("summary".to_owned(), json!(name));
        event.fields.insert("transparency".to_owned(), json!("transparent"));
        holidays.events.insert(event.id.clone(), vec![event]);
    }
    world.calendars.insert(holidays.id.clone(), holidays);
}

/// Spain's fixed national holidays until the end of 2027.
const HOLIDAYS: [(civil::Date, &str); 12] = [
    (civil::date(2026, 12, 6), "Constitution Day"),
    (civil::date(2026, 12, 8), "Immaculate Conception"),
    (civil::date(2026, 12, 25), "Christmas Day"),
    (civil::date(2027, 1, 1), "New Year's Day"),
    (civil::date(2027, 1, 6), "Epiphany"),
    (civil::date(2027, 5, 1), "Labour Day"),
    (civil::date(2027, 8, 15), "Assumption Day"),
    (civil::date(2027, 10, 12), "National Day"),
    (civil::date(2027, 11, 1), "All Saints' Day"),
    (civil::date(2027, 12, 6), "Constitution Day"),
    (civil::date(2027, 12, 8), "Immaculate Conception"),
    (civil::date(2027, 12, 25), "Christmas Day"),
];
