//! The one judgement about a time: free, or the first reason why not.

use std::cell::OnceCell;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::blocked::Blocked;
use super::candidates::{Candidate, first_whole_second};
use super::refusal::Refusal;
use super::rules::{HostCalendar, HostRules, MAX_HORIZON_DAYS, Slot};
use super::wall::{Second, WallClock};
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

/// A host's rules and calendar, prepared for many questions about slots of one length.
pub(super) struct Judge<'a> {
    rules: &'a HostRules,
    clock: &'a WallClock<'a>,
    calendar: HostCalendar<'a>,
    length: Second,
    now: Timestamp,
    now_second: Second,
    earliest: Second,
    last_day: i64,
    /// Claims and other calendars, with the buffers around them.
    blocked: Blocked,
    /// The same by kind, for who asks why.
    blockers: OnceCell<Blockers>,
    /// Bookings by day of the host's calendar; empty where there is no limit.
    booked: HashMap<i64, usize>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        rules: &'a HostRules,
        clock: &'a WallClock<'a>,
        calendar: &HostCalendar<'a>,
        duration_minutes: u16,
        now: Timestamp,
    ) -> Self {
        let notice = SignedDuration::from_mins(i64::from(rules.minimum_notice));
        let mut booked = HashMap::new();
        if rules.daily_limit.is_some() {
            for start in calendar.booked_starts {
                *booked.entry(clock.day_number(floor(*start))).or_default() += 1;
            }
        }
        Self {
            rules,
            clock,
            calendar: *calendar,
            length: Second::from(duration_minutes) * 60,
            now,
            now_second: first_whole_second(now),
            earliest: first_whole_second(now.checked_add(notice).unwrap_or(Timestamp::MAX)),
            last_day: clock.day_number(floor(now)) + i64::from(rules.horizon_days.min(MAX_HORIZON_DAYS)),
            blocked: Blocked::new(
                calendar.claims.iter().chain(calendar.external_busy),
                rules.buffer_before,
                rules.buffer_after,
            ),
            blockers: OnceCell::new(),
            booked,
        }
    }

    /// Whether an instant is one at which anything may be booked at all.
    pub(super) fn judge_moment(&self, start: Timestamp) -> Result<(), Refusal> {
        if start < self.now {
            return Err(Refusal::Past);
        }
        self.judge_second(first_whole_second(start))
    }

    fn judge_second(&self, start: Second) -> Result<(), Refusal> {
        if start < self.now_second {
            Err(Refusal::Past)
        } else if start < self.earliest {
            Err(Refusal::TooSoon)
        } else if self.clock.is_after_day(start, self.last_day) {
            Err(Refusal::BeyondHorizon)
        } else {
            Ok(())
        }
    }

    /// Whether a time of the grid can be booked.
    pub(super) fn is_free(&self, candidate: Candidate) -> bool {
        self.judge_hours(candidate).is_ok() && !self.is_blocked(candidate) && self.calendar.calendar_known
    }

    /// Whether a time of the grid can be booked, and if not, why.
    pub(super) fn judge(&self, candidate: Candidate) -> Result<(), Refusal> {
        self.judge_hours(candidate)?;
        if self.is_blocked(candidate) {
            Err(self.find_blocker(candidate))
        } else if self.calendar.calendar_known {
            Ok(())
        } else {
            Err(Refusal::CalendarUnknown)
        }
    }

    /// What the host's rules say about a time, whatever else stands in it.
    fn judge_hours(&self, candidate: Candidate) -> Result<(), Refusal> {
        self.judge_second(candidate.start)?;
        if candidate.skipped {
            Err(Refusal::ClockGap)
        } else if candidate.start + self.length > candidate.closes {
            Err(Refusal::OutsideHours)
        } else if self.is_day_full(candidate.start) {
            Err(Refusal::DailyLimit)
        } else {
            Ok(())
        }
    }

    fn is_day_full(&self, start: Second) -> bool {
        self.rules.daily_limit.is_some_and(|limit| {
            let booked = self.booked.get(&self.clock.day_number(start)).copied();
            booked.unwrap_or_default() >= usize::from(limit)
        })
    }

    fn is_blocked(&self, candidate: Candidate) -> bool {
        self.blocked.overlaps(candidate.start, candidate.start + self.length)
    }

    /// What blocks a time that is blocked.
    fn find_blocker(&self, candidate: Candidate) -> Refusal {
        let blockers = self.blockers.get_or_init(|| Blockers::new(self.rules, &self.calendar));
        let overlaps = |blocked: &Blocked| blocked.overlaps(candidate.start, candidate.start + self.length);
        if overlaps(&blockers.claims) {
            Refusal::Booked
        } else if overlaps(&blockers.claims_buffered) {
            Refusal::BookedBuffer
        } else if overlaps(&blockers.external) {
            Refusal::ExternallyBusy
        } else {
            Refusal::ExternallyBusyBuffer
        }
    }
}

/// What blocks, by its kind.
struct Blockers {
    claims: Blocked,
    claims_buffered: Blocked,
    external: Blocked,
}

impl Blockers {
    fn new(rules: &HostRules, calendar: &HostCalendar<'_>) -> Self {
        Self {
            claims: Blocked::new(calendar.claims.iter(), 0, 0),
            claims_buffered: Blocked::new(calendar.claims.iter(), rules.buffer_before, rules.buffer_after),
            external: Blocked::new(calendar.external_busy.iter(), 0, 0),
        }
    }
}

/// The last whole second that is not after `at`: no clock is moved in between.
fn floor(at: Timestamp) -> Second {
    at.as_second() - Second::from(at.subsec_nanosecond() < 0)
}
