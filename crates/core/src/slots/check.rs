//! What a booking must pass: exactly what is offered, and for anything else the reason.

use jiff::Timestamp;

use super::candidates::{DAYS_AFTER, DAYS_BEFORE, Opening, candidates, openings, shift_day};
use super::judge::Judge;
use super::refusal::Refusal;
use super::rules::{HostCalendar, HostRules, Slot};

/// The slot of `duration_minutes` at `start`, where it can be booked at `now`; else the first reason why not.
///
/// `start` may be any instant. It is accepted exactly when [`super::offer_slots`] lists it for a range around it.
pub fn check_slot(
    rules: &HostRules,
    calendar: &HostCalendar<'_>,
    duration_minutes: u16,
    start: Timestamp,
    now: Timestamp,
) -> Result<Slot, Refusal> {
    let judge = Judge::new(rules, calendar, now);
    judge.judge_moment(start)?;
    let slot = Slot::lasting(start, duration_minutes)
        .filter(|slot| slot.start < slot.end)
        .ok_or(Refusal::OutsideHours)?;
    let day = rules.day_of(start);
    let (first, last) = (shift_day(day, -DAYS_BEFORE), shift_day(day, DAYS_AFTER));
    let grid = candidates(rules, first, last);
    if let Ok(index) = grid.binary_search_by_key(&start, |candidate| candidate.start) {
        return judge.judge(grid[index], slot).map(|()| slot);
    }
    let fits = |opening: &Opening| opening.opens <= slot.start && slot.end <= opening.closes;
    if openings(rules, first, last).iter().any(fits) {
        Err(Refusal::OffGrid)
    } else if super::hours::Hours::new(rules).on(day).is_empty() {
        Err(Refusal::DayClosed)
    } else {
        Err(Refusal::OutsideHours)
    }
}
