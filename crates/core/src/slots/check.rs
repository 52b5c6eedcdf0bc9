//! What a booking must pass: exactly what is offered, and for anything else the reason.

use jiff::{SignedDuration, Timestamp};

use super::candidates::{DAYS_AFTER, DAYS_BEFORE, Opening, candidates, openings, shift_day, whole_seconds};
use super::hours::Hours;
use super::judge::Judge;
use super::refusal::Refusal;
use super::rules::{HostCalendar, HostRules, Slot};
use super::wall::{WallClock, number_of};
use crate::span::Span;

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
    let clock = WallClock::new(&rules.zone);
    let judge = Judge::new(rules, &clock, calendar, duration_minutes, now);
    judge.judge_moment(start)?;
    let slot = Slot::lasting(start, duration_minutes)
        .filter(|slot| slot.start < slot.end)
        .ok_or(Refusal::OutsideHours)?;
    let day = rules.day_of(start);
    let (first, last) = (shift_day(day, -DAYS_BEFORE), shift_day(day, DAYS_AFTER));
    // One second or, where the start lies between two of them, none: the grid knows whole seconds only.
    let wanted = whole_seconds(Span {
        start,
        end: start.saturating_add(SignedDuration::from_nanos(1)).unwrap_or(start),
    });
    if let Some(candidate) = candidates(rules, &clock, first, last, &wanted).first() {
        return judge.judge(*candidate).map(|()| slot);
    }
    let fits = |opening: &Opening| opening.opens <= slot.start && slot.end <= opening.closes;
    if openings(rules, &clock, first, last).iter().any(fits) {
        Err(Refusal::OffGrid)
    } else if Hours::new(rules).on(day, number_of(day)).is_empty() {
        Err(Refusal::DayClosed)
    } else {
        Err(Refusal::OutsideHours)
    }
}
