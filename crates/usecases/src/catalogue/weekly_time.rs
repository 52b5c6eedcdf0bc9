//! The weeks of a weekly time as instants: the same wall times in its own zone, whatever the clocks do.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use timetap_core::orders::{CampDays, weekly_dates};
use timetap_core::span::Span;
use timetap_store::entities::recurring_template;

use crate::platform::unexpected::Unexpected;

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
        let date = |at: Timestamp| self.zone.to_datetime(at).date();
        let mut weeks = Vec::new();
        for day in weekly_dates(self.weekday, self.first.max(date(from)), self.last, date(until)) {
            let days = CampDays {
                first: day,
                days: 1,
                from: self.from,
                until: self.until,
            };
            let spans = days
                .spans(&self.zone)
                .map_err(|error| Unexpected::Inconsistent(error.to_string()))?;
            let inside = |span: &&Span| span.start >= from && span.start < until;
            weeks.extend(spans.iter().find(inside).map(|span| (day, *span)));
        }
        Ok(weeks)
    }
}
