//! The list of what can be booked.

use jiff::Timestamp;

use super::candidates::{DAYS_AFTER, DAYS_BEFORE, candidates, shift_day, whole_seconds};
use super::judge::Judge;
use super::rules::{HostCalendar, HostRules, Slot};
use super::wall::WallClock;
use crate::span::Span;

/// The slots of `duration_minutes` that start within `range` and can be booked at `now`, in order.
/// A duration of 0 gives none.
pub fn offer_slots(
    rules: &HostRules,
    calendar: &HostCalendar<'_>,
    duration_minutes: u16,
    range: Span,
    now: Timestamp,
) -> Vec<Slot> {
    // Nothing before now and nothing after the horizon is free, however wide the range is: the work stays bounded.
    let from = range.start.max(now);
    if duration_minutes == 0 || !calendar.calendar_known || from >= range.end {
        return Vec::new();
    }
    let first = shift_day(rules.day_of(from), -DAYS_BEFORE);
    let last = shift_day(rules.day_of(range.end).min(rules.last_day(now)), DAYS_AFTER);
    let clock = WallClock::new(&rules.zone);
    let judge = Judge::new(rules, &clock, calendar, duration_minutes, now);
    let wanted = whole_seconds(Span {
        start: from,
        end: range.end,
    });
    let grid = candidates(rules, &clock, first, last, &wanted);
    let free = grid.into_iter().filter(|candidate| judge.is_free(*candidate));
    free.filter_map(|candidate| Slot::starting(candidate.start, duration_minutes))
        .collect()
}
