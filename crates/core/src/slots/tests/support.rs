//! What the engine's tests build hosts and calendars from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use proptest::test_runner::Config as ProptestConfig;

use crate::slots::{HostCalendar, HostRules, WeeklyWindow};
use crate::span::Span;

pub(super) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// A host in `zone`, open every day from `start` to `end` ("13:00" to "18:00"), each hour a slot, nothing else in the way.
pub(super) fn open_daily(zone: &str, start: &str, end: &str) -> HostRules {
    let weekly = WEEK.map(|weekday| WeeklyWindow {
        weekday,
        start_minute: minute(start),
        end_minute: minute(end),
    });
    HostRules {
        zone: TimeZone::get(zone).unwrap(),
        weekly: weekly.to_vec(),
        overrides: BTreeMap::new(),
        buffer_before: 0,
        buffer_after: 0,
        minimum_notice: 0,
        horizon_days: 365,
        slot_interval: 60,
        daily_limit: None,
    }
}

pub(super) fn minute(clock: &str) -> u16 {
    let (hours, minutes) = clock.split_once(':').unwrap();
    hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn span(start: &str, end: &str) -> Span {
    Span::new(at(start), at(end)).unwrap()
}

/// So many cases of a property, or what `PROPTEST_CASES` asks for.
pub(super) fn cases(usual: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = usual;
    }
    config
}

pub(super) const FREE: HostCalendar<'static> = HostCalendar {
    claims: &[],
    external_busy: &[],
    booked_starts: &[],
    calendar_known: true,
};
