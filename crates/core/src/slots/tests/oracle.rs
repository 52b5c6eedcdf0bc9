//! A second engine, as plain and slow as can be: it walks through every single minute and looks at the wall clock.
//! Shares nothing with the real one but the types.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::slots::{HostCalendar, HostRules};
use crate::span::Span;

/// The starts that may be offered within `range`. For zones and years whose offsets are whole minutes.
pub(super) fn free_starts(
    rules: &HostRules,
    calendar: &HostCalendar<'_>,
    duration: u16,
    range: Span,
    now: Timestamp,
) -> Vec<Timestamp> {
    Walk::around(&rules.zone, range).free_starts(rules, calendar, duration, range, now)
}

/// What the wall clock of a zone shows in every minute around a range.
pub(super) struct Walk {
    minutes: Vec<Minute>,
}

struct Minute {
    at: Timestamp,
    /// What the clock shows, in minutes since it showed 1 January 1970.
    shown: i64,
    /// Whether it did not show this before.
    first_time: bool,
    /// The latest that the clock has shown until now.
    latest: i64,
}

const DAY: i64 = 1440;

impl Walk {
    pub(super) fn around(zone: &TimeZone, range: Span) -> Self {
        let from = range.start.as_second().div_euclid(60) * 60 - 2 * 86_400;
        let until = range.end.as_second() + 3 * 86_400;
        let (mut minutes, mut latest) = (Vec::new(), i64::MIN);
        for second in (from..until).step_by(60) {
            let at = Timestamp::from_second(second).unwrap();
            let offset = i64::from(zone.to_offset(at).seconds());
            assert_eq!(offset % 60, 0, "{zone:?} is off by seconds at {at}");
            let shown = (second + offset) / 60;
            // Where the clock was put back, it may have shown this before: only then is it worth looking.
            let first_time = shown > latest || minutes.iter().all(|minute: &Minute| minute.shown != shown);
            latest = latest.max(shown);
            minutes.push(Minute {
                at,
                shown,
                first_time,
                latest,
            });
        }
        Self { minutes }
    }

    /// See [`free_starts`]; `range` must be the one around which this walk goes, or lie in it.
    pub(super) fn free_starts(
        &self,
        rules: &HostRules,
        calendar: &HostCalendar<'_>,
        duration: u16,
        range: Span,
        now: Timestamp,
    ) -> Vec<Timestamp> {
        let mut days = BTreeMap::new();
        let long = SignedDuration::from_mins(duration.into());
        let mut free = Vec::new();
        for minute in &self.minutes {
            if !minute.first_time || minute.at < range.start || range.end <= minute.at {
                continue;
            }
            let today = minute.shown.div_euclid(DAY);
            let open = [today, today - 1].into_iter().any(|day| {
                let hours = days.entry(day).or_insert_with(|| open_minutes(rules, day));
                self.is_open(hours, day * DAY, minute.shown, rules.slot_interval, minute.at + long)
            });
            if open && is_free(rules, calendar, minute.at, minute.at + long, now) {
                free.push(minute.at);
            }
        }
        free
    }

    fn is_open(&self, hours: &[OpenHours], midnight: i64, shown: i64, interval: u16, end: Timestamp) -> bool {
        let minute = usize::try_from(shown - midnight).unwrap();
        let Some((opens, closes)) = hours[minute] else {
            return false;
        };
        if (minute - opens) % usize::from(interval) != 0 {
            return false;
        }
        let closing = midnight + i64::try_from(closes).unwrap();
        // The first minute in which the clock shows the closing time, or has gone over it.
        let over = self.minutes.partition_point(|minute| minute.latest < closing);
        end <= self.minutes[over].at
    }
}

/// From which minute of a day on it has been open without a break, and the one in which that ends.
type OpenHours = Option<(usize, usize)>;

/// What a day's own windows hold open, for every minute after its midnight.
fn open_minutes(rules: &HostRules, day: i64) -> Vec<OpenHours> {
    let day: Date = date(1970, 1, 1) + jiff::Span::new().days(day);
    let windows: Vec<(u16, u16)> = match rules.overrides.get(&day) {
        Some(windows) => windows.iter().map(|w| (w.start_minute, w.end_minute)).collect(),
        None => rules
            .weekly
            .iter()
            .filter(|w| w.weekday == day.weekday())
            .map(|w| (w.start_minute, w.end_minute))
            .collect(),
    };
    let mut open = [false; 2881];
    for (from, to) in windows.into_iter().filter(|(from, _)| *from < 1440) {
        for minute in from..to.min(2880) {
            open[usize::from(minute)] = true;
        }
    }
    let mut hours = vec![None; open.len()];
    let mut opens = None;
    for minute in 0..open.len() {
        match (open[minute], opens) {
            (true, None) => opens = Some(minute),
            (false, Some(from)) => {
                hours[from..minute].fill(Some((from, minute)));
                opens = None;
            }
            _ => {}
        }
    }
    hours
}

fn is_free(rules: &HostRules, calendar: &HostCalendar<'_>, start: Timestamp, end: Timestamp, now: Timestamp) -> bool {
    let minutes = |n: u32| SignedDuration::from_mins(i64::from(n));
    let day = |at: Timestamp| rules.zone.to_datetime(at).date();
    let claim = (start - minutes(rules.buffer_before), end + minutes(rules.buffer_after));
    let ahead = (day(start) - day(now)).get_days();
    let same_day = calendar
        .booked_starts
        .iter()
        .filter(|booked| day(**booked) == day(start))
        .count();
    calendar.calendar_known
        && start >= now + minutes(rules.minimum_notice)
        && ahead <= i32::from(rules.horizon_days)
        && rules.daily_limit.is_none_or(|limit| same_day < usize::from(limit))
        && calendar
            .claims
            .iter()
            .chain(calendar.external_busy)
            .all(|busy| busy.end <= claim.0 || claim.1 <= busy.start)
}
