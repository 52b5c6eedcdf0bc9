//! What is dated, as instants: each day of a camp, the next dates of a weekly time.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use timetap_core::orders::CampDays;
use timetap_core::span::Span;
use timetap_store::catalogue::call_off::CalledOffWeek;
use timetap_store::entities::{occurrence, recurring_template};

use crate::catalogue::weekly_time::WeeklyTime;
use crate::platform::unexpected::Unexpected;

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

/// The next `count` dates of a weekly time that have not begun, without those among `off`; none where it has ended.
///
/// # Errors
/// The row says something that no rule allows.
pub fn template_spans(
    template: &recurring_template::Model,
    off: &[CalledOffWeek],
    now: Timestamp,
    count: usize,
) -> Result<Vec<Span>, Unexpected> {
    let is_off = |span: &Span| {
        let mut off = off.iter().filter(|week| week.template_id == Some(template.id));
        off.any(|week| week.starts_at.timestamp() == span.start)
    };
    let mut spans = WeeklyTime::read(template)?.next(now, count.saturating_add(off.len()))?;
    spans.retain(|span| !is_off(span));
    spans.truncate(count);
    Ok(spans)
}
