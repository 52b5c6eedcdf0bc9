//! The weeks of a weekly time as instants: the same wall times in its own zone, whatever the clocks do.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use timetap_core::orders::{CampDays, weekly_dates};
use timetap_core::span::Span;
use timetap_store::entities::recurring_template;

use crate::platform::unexpected::Unexpected;

/// Where a number of times is wanted, they are looked for so many weeks ahead.
const LOOK_AHEAD: i64 = 60;

/// A weekly time, read from its row.
#[derive(Clone, Debug)]
pub(crate) struct WeeklyTime {
    weekday: Weekday,
    first: Date,
    last: Option<Date>,
    from: u16,
    until: u16,
    zone: TimeZone,
}

impl WeeklyTime {
    /// Reads the row.
    pub(crate) fn read(template: &recurring_template::Model) -> Result<Self, Unexpected> {
        let bad = || Unexpected::Inconsistent(format!("recurring template {}", template.id));
        let weekday = i8::try_from(template.weekday)
            .ok()
            .and_then(|day| Weekday::from_monday_one_offset(day).ok());
        let minute = |minutes: i64| u16::try_from(minutes).map_err(|_| bad());
        let from = minute(template.start_minute)?;
        Ok(Self {
            weekday: weekday.ok_or_else(bad)?,
            first: template.first_date.parse().map_err(|_| bad())?,
            last: template
                .last_date
                .as_deref()
                .map(str::parse)
                .transpose()
                .map_err(|_| bad())?,
            from,
            until: from.saturating_add(minute(template.duration_minutes)?),
            zone: TimeZone::get(&template.time_zone).map_err(|_| bad())?,
        })
    }

    /// The weeks that begin from `from` on and before `until`, with their local dates.
    pub(crate) fn weeks(&self, from: Timestamp, until: Timestamp) -> Result<Vec<(Date, Span)>, Unexpected> {
        let mut weeks = Vec::new();
        for day in weekly_dates(self.weekday, self.begin(from), self.last, self.date(until)) {
            let inside = |span: &Span| span.start >= from && span.start < until;
            weeks.extend(self.span(day)?.filter(inside).map(|span| (day, span)));
        }
        Ok(weeks)
    }

    /// The next `count` times that begin after `now`; fewer where it ends before, none where it has ended.
    pub(crate) fn next(&self, now: Timestamp, count: usize) -> Result<Vec<Span>, Unexpected> {
        let from = self.begin(now);
        let until = from.saturating_add(LOOK_AHEAD.weeks());
        let mut found = Vec::new();
        for day in weekly_dates(self.weekday, from, self.last, until) {
            if found.len() == count {
                break;
            }
            found.extend(self.span(day)?.filter(|span| span.start > now));
        }
        Ok(found)
    }

    fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The first day that counts for who asks at `from`.
    fn begin(&self, from: Timestamp) -> Date {
        self.first.max(self.date(from))
    }

    fn span(&self, day: Date) -> Result<Option<Span>, Unexpected> {
        let days = CampDays {
            first: day,
            days: 1,
            from: self.from,
            until: self.until,
        };
        let spans = days.spans(&self.zone);
        let spans = spans.map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
        Ok(spans.first().copied())
    }
}
