//! The one judgement about a time: free, or the first reason why not.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::candidates::Candidate;
use super::refusal::Refusal;
use super::rules::{HostCalendar, HostRules, Slot};
use crate::span::Span;

/// The time that a booking of this slot claims: the slot with the host's buffers around it.
pub fn claim_span(rules: &HostRules, slot: Slot) -> Span {
    let minutes = |n: u32| SignedDuration::from_mins(i64::from(n));
    Span {
        start: slot
            .start
            .checked_sub(minutes(rules.buffer_before))
            .unwrap_or(Timestamp::MIN),
        end: slot
            .end
            .checked_add(minutes(rules.buffer_after))
            .unwrap_or(Timestamp::MAX),
    }
}

/// A host's rules and calendar, prepared for many questions.
pub(super) struct Judge<'a> {
    rules: &'a HostRules,
    calendar_known: bool,
    now: Timestamp,
    earliest: Timestamp,
    last_day: Date,
    claims: Vec<Span>,
    external_busy: Vec<Span>,
    /// Bookings by day of the host's calendar; empty where there is no limit.
    booked: HashMap<Date, usize>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(rules: &'a HostRules, calendar: &HostCalendar<'_>, now: Timestamp) -> Self {
        let notice = SignedDuration::from_mins(i64::from(rules.minimum_notice));
        let mut booked = HashMap::new();
        if rules.daily_limit.is_some() {
            for start in calendar.booked_starts {
                *booked.entry(rules.day_of(*start)).or_default() += 1;
            }
        }
        Self {
            rules,
            calendar_known: calendar.calendar_known,
            now,
            earliest: now.checked_add(notice).unwrap_or(Timestamp::MAX),
            last_day: rules.last_day(now),
            claims: Span::merge(calendar.claims.to_vec()),
            external_busy: Span::merge(calendar.external_busy.to_vec()),
            booked,
        }
    }

    /// Whether an instant is one at which anything may be booked at all.
    pub(super) fn judge_moment(&self, start: Timestamp) -> Result<(), Refusal> {
        if start < self.now {
            Err(Refusal::Past)
        } else if start < self.earliest {
            Err(Refusal::TooSoon)
        } else if self.rules.day_of(start) > self.last_day {
            Err(Refusal::BeyondHorizon)
        } else {
            Ok(())
        }
    }

    /// Whether a time of the grid can be booked.
    pub(super) fn judge(&self, candidate: Candidate, slot: Slot) -> Result<(), Refusal> {
        self.judge_moment(slot.start)?;
        if candidate.skipped {
            return Err(Refusal::ClockGap);
        }
        if slot.end > candidate.closes {
            return Err(Refusal::OutsideHours);
        }
        if self.is_day_full(slot.start) {
            return Err(Refusal::DailyLimit);
        }
        let bare = Span {
            start: slot.start,
            end: slot.end,
        };
        let claim = claim_span(self.rules, slot);
        if overlaps_any(&self.claims, &bare) {
            return Err(Refusal::Booked);
        }
        if overlaps_any(&self.claims, &claim) {
            return Err(Refusal::BookedBuffer);
        }
        if overlaps_any(&self.external_busy, &bare) {
            return Err(Refusal::ExternallyBusy);
        }
        if overlaps_any(&self.external_busy, &claim) {
            return Err(Refusal::ExternallyBusyBuffer);
        }
        if self.calendar_known {
            Ok(())
        } else {
            Err(Refusal::CalendarUnknown)
        }
    }

    fn is_day_full(&self, start: Timestamp) -> bool {
        self.rules.daily_limit.is_some_and(|limit| {
            let booked = self.booked.get(&self.rules.day_of(start)).copied().unwrap_or_default();
            booked >= usize::from(limit)
        })
    }
}

/// Whether one of these merged, sorted spans overlaps `span`.
fn overlaps_any(merged: &[Span], span: &Span) -> bool {
    let next = merged.partition_point(|busy| busy.end <= span.start);
    merged.get(next).is_some_and(|busy| busy.start < span.end)
}
