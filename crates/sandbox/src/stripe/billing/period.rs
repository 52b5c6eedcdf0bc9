//! When periods end: so many days or weeks of seconds, so many months or years of the calendar, from the anchor on.

use jiff::{Span, Timestamp, tz::TimeZone};
use serde_json::Value;

use crate::stripe::objects::{number, text};

/// The end of the `count`-th period after the anchor. A month that has no such day ends a period on its last day.
pub(crate) fn period_end(anchor: i64, recurring: &Value, count: i64) -> i64 {
    let units = number(recurring, "interval_count").max(1).saturating_mul(count);
    let span = match text(recurring, "interval") {
        "day" => Span::new().try_days(units),
        "month" => Span::new().try_months(units),
        "year" => Span::new().try_years(units),
        _ => Span::new().try_weeks(units),
    };
    let start = Timestamp::from_second(anchor)
        .unwrap_or_default()
        .to_zoned(TimeZone::UTC);
    let end = span.and_then(|span| start.checked_add(span));
    end.map_or(i64::MAX, |end| end.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn weeks_are_seven_days_and_months_keep_their_day_where_they_have_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let weekly = json!({ "interval": "week", "interval_count": 1 });
        assert_eq!(
            period_end(at("2026-11-20T09:00:00Z"), &weekly, 2),
            at("2026-12-04T09:00:00Z")
        );
        let monthly = json!({ "interval": "month", "interval_count": 1 });
        assert_eq!(
            period_end(at("2027-01-31T09:00:00Z"), &monthly, 1),
            at("2027-02-28T09:00:00Z")
        );
        assert_eq!(
            period_end(at("2027-01-31T09:00:00Z"), &monthly, 2),
            at("2027-03-31T09:00:00Z")
        );
    }
}
