//! What a host decides about their time, and what is known to stand in it already.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::text::FieldError;

/// The shortest step between two start times, in minutes. Shorter ones count as this.
pub const MIN_INTERVAL: u16 = 5;
/// The longest step between two start times, in minutes. Longer ones count as this.
pub const MAX_INTERVAL: u16 = 1440;
/// The furthest booking horizon, in days. Longer ones count as this.
pub const MAX_HORIZON_DAYS: u16 = 731;
/// The latest end of a window, in minutes: midnight at the end of the day after.
pub const MAX_WINDOW_END: u16 = 2880;

/// Open hours that come back every week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyWindow {
    /// The day on which the window starts.
    pub weekday: Weekday,
    /// Minutes after that day's midnight by the wall clock, below 1440.
    pub start_minute: u16,
    /// After the start; 1440 is midnight at the day's end, more reaches into the next day, up to 2880.
    pub end_minute: u16,
}

/// Open hours of one certain day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayWindow {
    /// As [`WeeklyWindow::start_minute`].
    pub start_minute: u16,
    /// As [`WeeklyWindow::end_minute`].
    pub end_minute: u16,
}

impl DayWindow {
    /// A window from `start_minute` to `end_minute`; an error for the host where these make none.
    pub fn new(start_minute: u16, end_minute: u16) -> Result<Self, FieldError> {
        if start_minute >= 1440 {
            return Err(FieldError::new("Working hours have to start between 00:00 and 23:59."));
        }
        if end_minute <= start_minute {
            return Err(FieldError::new("Working hours have to end after they start."));
        }
        if end_minute > MAX_WINDOW_END {
            return Err(FieldError::new(
                "Working hours have to end by midnight of the next day.",
            ));
        }
        Ok(Self {
            start_minute,
            end_minute,
        })
    }
}

/// When a host can be booked. All clock times are wall times in `zone`.
///
/// Windows that make no sense (see [`DayWindow::new`]) count as if they were not there. Windows of one day that overlap
/// or touch count as one.
#[derive(Clone, Debug)]
pub struct HostRules {
    /// The host's time zone.
    pub zone: TimeZone,
    /// The usual hours.
    pub weekly: Vec<WeeklyWindow>,
    /// Days with other hours: they replace all windows that would start on that day. No windows means closed.
    pub overrides: BTreeMap<Date, Vec<DayWindow>>,
    /// Minutes that must be free before a slot. May reach outside the open hours.
    pub buffer_before: u32,
    /// Minutes that must be free after a slot. May reach outside the open hours.
    pub buffer_after: u32,
    /// A slot starts at least so many minutes from now.
    pub minimum_notice: u32,
    /// A slot starts at most so many days after today, counted by the host's calendar; 0 is today only.
    pub horizon_days: u16,
    /// Minutes between two start times, by the wall clock, counted from each window's start.
    pub slot_interval: u16,
    /// The most bookings that start on one day of the host's calendar.
    pub daily_limit: Option<u16>,
}

impl HostRules {
    pub(super) fn interval(&self) -> u16 {
        self.slot_interval.clamp(MIN_INTERVAL, MAX_INTERVAL)
    }

    /// The last day on which a slot may start.
    pub(super) fn last_day(&self, now: Timestamp) -> Date {
        let days = i32::from(self.horizon_days.min(MAX_HORIZON_DAYS));
        self.day_of(now).saturating_add(jiff::Span::new().days(days))
    }

    /// The day of the host's calendar on which an instant falls.
    pub(super) fn day_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }
}

/// What is known to stand in the host's time. Nothing has to be sorted.
#[derive(Clone, Copy, Debug)]
pub struct HostCalendar<'a> {
    /// Time claimed by bookings, their buffers included.
    pub claims: &'a [Span],
    /// Busy time in the host's other calendars, without buffers.
    pub external_busy: &'a [Span],
    /// When booked slots start, for the daily limit.
    pub booked_starts: &'a [Timestamp],
    /// Whether the other calendars are known well enough to offer anything at all.
    pub calendar_known: bool,
}

/// One bookable time, buffers not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// When it starts.
    pub start: Timestamp,
    /// When it ends: the duration later in elapsed time, whatever the wall clock does in between.
    pub end: Timestamp,
}

impl Slot {
    /// The slot of `duration_minutes` that starts at this second; `None` past the end of representable time.
    pub(super) fn starting(second: i64, duration_minutes: u16) -> Option<Self> {
        Some(Self {
            start: Timestamp::from_second(second).ok()?,
            end: Timestamp::from_second(second + i64::from(duration_minutes) * 60).ok()?,
        })
    }

    /// The slot of `duration_minutes` that starts at `start`; `None` past the end of representable time.
    pub(super) fn lasting(start: Timestamp, duration_minutes: u16) -> Option<Self> {
        let end = start
            .checked_add(SignedDuration::from_mins(i64::from(duration_minutes)))
            .ok()?;
        Some(Self { start, end })
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn windows_that_make_none_are_told_why() {
        assert_eq!(
            DayWindow::new(540, 1020),
            Ok(DayWindow {
                start_minute: 540,
                end_minute: 1020
            })
        );
        assert!(DayWindow::new(1439, 2880).is_ok());
        assert!(
            DayWindow::new(1440, 1500)
                .unwrap_err()
                .message
                .contains("start between")
        );
        assert!(
            DayWindow::new(600, 600)
                .unwrap_err()
                .message
                .contains("end after they start")
        );
        assert!(DayWindow::new(600, 2881).unwrap_err().message.contains("next day"));
    }
}
