//! A host as hosts are: hours on every day with a break at noon, buffers, some notice, and a calendar with something in
//! it. Made from a number, always the same, and always over the night in which Europe and America change their clocks.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use timetap_core::slots::{HostCalendar, HostRules, WeeklyWindow};
use timetap_core::span::Span;

/// Tuesday, 20 October 2026, 00:00 in Madrid; on the 25th the clocks go back there, a week later in New York.
const FIRST: i64 = 1_792_447_200;
/// All of them change their clocks in the first fortnight, so that the shortest range has a change inside for most.
const ZONES: [&str; 4] = ["Europe/Madrid", "Europe/London", "America/New_York", "Europe/Athens"];

/// One question to the engine.
pub struct Scene {
    pub rules: HostRules,
    pub claims: Vec<Span>,
    pub external_busy: Vec<Span>,
    pub booked_starts: Vec<Timestamp>,
    pub duration: u16,
    pub range: Span,
    pub now: Timestamp,
}

impl Scene {
    /// Host number `host`, asked for `days` days with `busy` busy times spread over them, half of them bookings.
    pub fn new(host: u32, days: u32, busy: u32) -> Self {
        let mut chance = Chance(u64::from(host) + 1);
        let from = Timestamp::from_second(FIRST).unwrap_or(Timestamp::UNIX_EPOCH);
        let length = SignedDuration::from_hours(24 * i64::from(days));
        let zone = ZONES[host as usize % ZONES.len()];
        let weekdays = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ];
        let weekly = weekdays.into_iter().flat_map(|weekday| {
            [(540, 780), (840, 1140)].map(|(start_minute, end_minute)| WeeklyWindow {
                weekday,
                start_minute,
                end_minute,
            })
        });
        let (mut claims, mut external_busy, mut booked_starts) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..busy {
            let start = from + SignedDuration::from_mins(chance.below(u64::from(days) * 1440));
            let lasts = SignedDuration::from_mins(15 + chance.below(75));
            let span = Span {
                start,
                end: start + lasts,
            };
            if number % 2 == 0 {
                claims.push(span);
                booked_starts.push(start);
            } else {
                external_busy.push(span);
            }
        }
        // As the database gives them.
        claims.sort_unstable();
        external_busy.sort_unstable();
        Self {
            rules: HostRules {
                zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
                weekly: weekly.collect(),
                overrides: BTreeMap::new(),
                buffer_before: 5,
                buffer_after: 10,
                minimum_notice: 240,
                horizon_days: 731,
                slot_interval: 15,
                daily_limit: None,
            },
            claims,
            external_busy,
            booked_starts,
            duration: 30,
            range: Span {
                start: from,
                end: from + length,
            },
            now: from,
        }
    }

    /// As the engine takes it.
    pub fn calendar(&self) -> HostCalendar<'_> {
        HostCalendar {
            claims: &self.claims,
            external_busy: &self.external_busy,
            booked_starts: &self.booked_starts,
            calendar_known: true,
        }
    }
}

/// The same numbers in every run (a linear congruential generator with Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % end.max(1)).unwrap_or_default()
    }
}
