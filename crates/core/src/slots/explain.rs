//! The answer to "why is this not offered?": every start time of the open hours, each with its reason.

use jiff::{SignedDuration, Timestamp};

use super::candidates::{DAYS_AFTER, DAYS_BEFORE, candidates, shift_day, whole_seconds};
use super::judge::Judge;
use super::refusal::Refusal;
use super::rules::{HostCalendar, HostRules, Slot};
use super::wall::WallClock;
use crate::span::Span;

/// [`explain_slots`] answers for so many days from the start of its range, and no more.
pub const MAX_EXPLAINED_DAYS: i64 = 400;

/// All start times of the grid within `range`, in order, free ones without a reason and the others with the first that
/// holds. A time that the clocks skip stands where it would be had they not moved.
///
/// Agrees with [`super::offer_slots`] and [`super::check_slot`] about every time. A duration of 0 gives none; of a range
/// longer than [`MAX_EXPLAINED_DAYS`] only the beginning is explained.
pub fn explain_slots(
    rules: &HostRules,
    calendar: &HostCalendar<'_>,
    duration_minutes: u16,
    range: Span,
    now: Timestamp,
) -> Vec<(Slot, Option<Refusal>)> {
    let most = SignedDuration::from_hours(24 * MAX_EXPLAINED_DAYS);
    let end = range.end.min(range.start.checked_add(most).unwrap_or(Timestamp::MAX));
    let range = Span {
        start: range.start,
        end,
    };
    if duration_minutes == 0 || range.start >= range.end {
        return Vec::new();
    }
    let first = shift_day(rules.day_of(range.start), -DAYS_BEFORE);
    let last = shift_day(rules.day_of(range.end), DAYS_AFTER);
    let clock = WallClock::new(&rules.zone);
    let judge = Judge::new(rules, &clock, calendar, duration_minutes, now);
    candidates(rules, &clock, first, last, &whole_seconds(range))
        .into_iter()
        .filter_map(|candidate| Some((Slot::starting(candidate.start, duration_minutes)?, candidate)))
        .map(|(slot, candidate)| (slot, judge.judge(candidate).err()))
        .collect()
}
