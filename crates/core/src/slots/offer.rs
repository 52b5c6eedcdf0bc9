//! The list of what can be booked.

use jiff::Timestamp;

use super::candidates::{DAYS_AFTER, DAYS_BEFORE, candidates, shift_day};
use super::judge::Judge;
use super::rules::{HostCalendar, HostRules, Slot};
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
    let judge = Judge::new(rules, calendar, now);
    candidates(rules, first, last)
        .into_iter()
        .filter(|candidate| range.contains(candidate.start))
        .filter_map(|candidate| Some((candidate, Slot::lasting(candidate.start, duration_minutes)?)))
        .filter(|(candidate, slot)| judge.judge(*candidate, *slot).is_ok())
        .map(|(_, slot)| slot)
        .collect()
}
