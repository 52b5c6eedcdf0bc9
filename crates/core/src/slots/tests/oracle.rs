//! A second engine, as plain and slow as can be: it looks at the wall clock of every single minute.
//! Shares nothing with the real one but the types.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp, ToSpan};

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
    let minute = SignedDuration::from_mins(1);
    let from = range.start.as_second().div_euclid(60) * 60 - 2 * 86_400;
    let until = range.end.as_second() + 3 * 86_400;
    let clock: Vec<(Timestamp, DateTime)> = (from..until)
        .step_by(60)
        .map(|second| Timestamp::from_second(second).unwrap())
        .map(|at| (at, rules.zone.to_datetime(at)))
        .collect();
    let mut seen = BTreeSet::new();
    let mut free = Vec::new();
    for (start, wall) in &clock {
        let first_time = seen.insert(*wall);
        if first_time
            && range.start <= *start
            && *start < range.end
            && [wall.date(), wall.date().yesterday().unwrap()]
                .iter()
                .any(|day| is_open(rules, *day, *wall, &clock, *start + minute * i32::from(duration)))
            && is_free(rules, calendar, *start, *start + minute * i32::from(duration), now)
        {
            free.push(*start);
        }
    }
    free
}

fn is_open(rules: &HostRules, day: Date, wall: DateTime, clock: &[(Timestamp, DateTime)], end: Timestamp) -> bool {
    let mut open = [false; 2881];
    let windows: Vec<(u16, u16)> = match rules.overrides.get(&day) {
        Some(windows) => windows.iter().map(|w| (w.start_minute, w.end_minute)).collect(),
        None => rules
            .weekly
            .iter()
            .filter(|w| w.weekday == day.weekday())
            .map(|w| (w.start_minute, w.end_minute))
            .collect(),
    };
    for (from, to) in windows.into_iter().filter(|(from, _)| *from < 1440) {
        for minute in from..to.min(2880) {
            open[usize::from(minute)] = true;
        }
    }
    let midnight = day.at(0, 0, 0, 0);
    let minute = usize::try_from(wall.duration_since(midnight).as_mins()).unwrap();
    if !open[minute] {
        return false;
    }
    let opens = (0..=minute).rev().take_while(|m| open[*m]).last().unwrap();
    let closes = (minute..open.len()).find(|m| !open[*m]).unwrap();
    if (minute - opens) % usize::from(rules.slot_interval) != 0 {
        return false;
    }
    let closing_wall = midnight + i64::try_from(closes).unwrap().minutes();
    let (closing, _) = clock.iter().find(|(_, wall)| *wall >= closing_wall).unwrap();
    end <= *closing
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
