//! What is dated, as instants: each day of a camp, the next dates of a weekly time.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use timetap_core::orders::{CampDays, weekly_dates};
use timetap_core::span::Span;
use timetap_store::entities::{occurrence, recurring_template};

use crate::platform::unexpected::Unexpected;

/// A first date is looked for so far ahead.
const WEEKS_AHEAD: i64 = 60;

/// Each day of an occurrence.
///
/// # Errors
/// The row says something that no rule allows.
pub fn occurrence_spans(occurrence: &occurrence::Model) -> Result<Vec<Span>, Unexpected> {
    let bad = || Unexpected::Inconsistent(format!("occurrence {}", occurrence.id));
    let days = CampDays {
        first: occurrence.first_date.parse().map_err(|_| bad())?,
        days: u16::try_from(occurrence.days).map_err(|_| bad())?,
        from: u16::try_from(occurrence.start_minute).map_err(|_| bad())?,
        until: u16::try_from(occurrence.end_minute).map_err(|_| bad())?,
    };
    let zone = TimeZone::get(&occurrence.time_zone).map_err(|_| bad())?;
    days.spans(&zone).map_err(|_| bad())
}

/// The next `count` dates of a weekly time that have not begun; none where it has ended.
///
/// # Errors
/// The row says something that no rule allows.
pub fn template_spans(
    template: &recurring_template::Model,
    now: Timestamp,
    count: usize,
) -> Result<Vec<Span>, Unexpected> {
    let bad = || Unexpected::Inconsistent(format!("recurring template {}", template.id));
    let zone = TimeZone::get(&template.time_zone).map_err(|_| bad())?;
    let weekday = i8::try_from(template.weekday)
        .ok()
        .and_then(|day| Weekday::from_monday_one_offset(day).ok());
    let weekday = weekday.ok_or_else(bad)?;
    let first: Date = template.first_date.parse().map_err(|_| bad())?;
    let last: Option<Date> = template
        .last_date
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|_| bad())?;
    let from = first.max(zone.to_datetime(now).date());
    let until = from.saturating_add(jiff::Span::new().weeks(WEEKS_AHEAD));
    let minute = |minutes: i64| u16::try_from(minutes).map_err(|_| bad());
    let (start, length) = (minute(template.start_minute)?, minute(template.duration_minutes)?);
    let mut found = Vec::new();
    for day in weekly_dates(weekday, from, last, until) {
        if found.len() == count {
            break;
        }
        let days = CampDays {
            first: day,
            days: 1,
            from: start,
            until: start.saturating_add(length),
        };
        let spans = days.spans(&zone).map_err(|_| bad())?;
        found.extend(spans.into_iter().filter(|span| span.start > now));
    }
    Ok(found)
}
