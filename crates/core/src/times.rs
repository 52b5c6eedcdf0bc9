//! Times as people read them: in English, by the 24-hour clock, and never without their zone.

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use crate::orders::first_day;
use crate::span::Span;
use crate::text::FieldError;

/// `Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)`.
///
/// An end on another day carries its date; where the clocks are moved in between, both offsets are named.
pub fn format_when(span: Span, zone: &TimeZone) -> String {
    let (first_day, last_day) = (day_of(span.start, zone), last_day_of(span, zone));
    let starts = format!("{}, {}", format_day_long(first_day), format_time(span.start, zone));
    let ends = format_time(span.end, zone);
    let ends = if first_day == last_day {
        format!("–{ends}")
    } else {
        format!(" – {}, {ends}", format_day_long(day_of(span.end, zone)))
    };
    let (before, after) = (
        offset_label(zone.to_offset(span.start)),
        offset_label(zone.to_offset(span.end)),
    );
    let offsets = if before == after {
        before
    } else {
        format!("{before} to {after}")
    };
    match zone.iana_name() {
        Some(name) if name != "UTC" => format!("{starts}{ends} ({name}, {offsets})"),
        Some(name) => format!("{starts}{ends} ({name})"),
        None => format!("{starts}{ends} ({offsets})"),
    }
}

/// The same for something on `days` days in a row, from the first day's start to the last day's end:
/// `Monday 14 December 2026 – Wednesday 16 December 2026, each day 09:00–15:00 (Europe/Madrid, GMT+1)`.
pub fn format_days(span: Span, days: u16, zone: &TimeZone) -> String {
    if days <= 1 {
        return format_when(span, zone);
    }
    let first = first_day(span, days, zone);
    let last = day_of(first.start, zone).saturating_add(i64::from(days - 1).days());
    format!(
        "{} – {}, each day {}–{} ({})",
        format_date_long(first.start, zone),
        format_day_long(last),
        format_time(first.start, zone),
        format_time(first.end, zone),
        zone_label(zone, first.start)
    )
}

/// `Tue 24 Nov, 15:00–16:00`, for lists whose zone stands above them.
pub fn format_when_short(span: Span, zone: &TimeZone) -> String {
    let starts = format!(
        "{}, {}",
        format_date_short(span.start, zone),
        format_time(span.start, zone)
    );
    let ends = format_time(span.end, zone);
    if day_of(span.start, zone) == last_day_of(span, zone) {
        format!("{starts}–{ends}")
    } else {
        format!("{starts} – {}, {ends}", format_date_short(span.end, zone))
    }
}

/// `15:00`.
pub fn format_time(at: Timestamp, zone: &TimeZone) -> String {
    let at = zone.to_datetime(at);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `Tuesday 24 November 2026`.
pub fn format_date_long(at: Timestamp, zone: &TimeZone) -> String {
    format_day_long(day_of(at, zone))
}

/// `Tue 24 Nov`.
pub fn format_date_short(at: Timestamp, zone: &TimeZone) -> String {
    day_of(at, zone).strftime("%a %-d %b").to_string()
}

/// `Tuesday 24 November 2026`.
pub fn format_day_long(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// `Tuesday`, for a sentence such as "See you on Tuesday."
pub fn format_weekday(at: Timestamp, zone: &TimeZone) -> String {
    day_of(at, zone).strftime("%A").to_string()
}

/// `Europe/Madrid, GMT+1`: the zone and how far its clocks are from Greenwich at that time.
pub fn zone_label(zone: &TimeZone, at: Timestamp) -> String {
    let offset = offset_label(zone.to_offset(at));
    match zone.iana_name() {
        Some("UTC") => "UTC".to_owned(),
        Some(name) => format!("{name}, {offset}"),
        None => offset,
    }
}

/// `45 min`, `1 h`, `1 h 30 min`.
pub fn format_minutes(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// `09:00` for 540; hours past midnight count on, so that 1560 is `26:00` and 1440 is `24:00`.
pub fn format_minute_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The opposite of [`format_minute_of_day`]: "9:00" and "09:00" are 540, "24:00" is 1440, "26:00" two hours past midnight.
/// Up to "48:00".
pub fn parse_minute_of_day(text: &str) -> Result<u16, FieldError> {
    let bad = || FieldError::new("Please write the time as hours and minutes, such as “09:30”.");
    let (hours, minutes) = text.trim().split_once(':').ok_or_else(bad)?;
    let number = |digits: &str| {
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse::<u16>().ok())
            .flatten()
    };
    let fits = (1..=2).contains(&hours.len()) && minutes.len() == 2;
    match (number(hours), number(minutes)) {
        (Some(hours), Some(minutes)) if fits && minutes < 60 && hours * 60 + minutes <= 2880 => {
            Ok(hours * 60 + minutes)
        }
        _ => Err(bad()),
    }
}

/// `GMT`, `GMT+1`, `GMT-3:30`.
fn offset_label(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "GMT".to_owned(),
        (hours, 0) => format!("GMT{sign}{hours}"),
        (hours, rest) => format!("GMT{sign}{hours}:{rest:02}"),
    }
}

fn day_of(at: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(at).date()
}

/// The day on which a span's last moment falls: one that ends at midnight ends on the day before.
fn last_day_of(span: Span, zone: &TimeZone) -> Date {
    let last = span
        .end
        .checked_sub(jiff::SignedDuration::from_nanos(1))
        .unwrap_or(span.end);
    day_of(last, zone)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn span(start: &str, end: &str) -> Span {
        Span::new(start.parse().unwrap(), end.parse().unwrap()).unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[rstest]
    #[case(
        "Europe/Madrid",
        "2026-11-24T14:00:00Z",
        "2026-11-24T15:00:00Z",
        "Tuesday 24 November 2026, 15:00–16:00 (Europe/Madrid, GMT+1)"
    )]
    #[case(
        "UTC",
        "2026-11-04T09:05:00Z",
        "2026-11-04T10:00:00Z",
        "Wednesday 4 November 2026, 09:05–10:00 (UTC)"
    )]
    #[case(
        "Europe/London",
        "2026-11-04T09:05:00Z",
        "2026-11-04T10:00:00Z",
        "Wednesday 4 November 2026, 09:05–10:00 (Europe/London, GMT)"
    )]
    #[case(
        "Asia/Kathmandu",
        "2026-11-24T14:00:00Z",
        "2026-11-24T15:00:00Z",
        "Tuesday 24 November 2026, 19:45–20:45 (Asia/Kathmandu, GMT+5:45)"
    )]
    #[case(
        "America/St_Johns",
        "2026-12-24T14:00:00Z",
        "2026-12-24T15:00:00Z",
        "Thursday 24 December 2026, 10:30–11:30 (America/St_Johns, GMT-3:30)"
    )]
    #[case::over_midnight(
        "Europe/Madrid",
        "2026-11-24T22:30:00Z",
        "2026-11-24T23:30:00Z",
        "Tuesday 24 November 2026, 23:30 – Wednesday 25 November 2026, 00:30 (Europe/Madrid, GMT+1)"
    )]
    #[case::to_midnight(
        "Europe/Madrid",
        "2026-11-24T22:00:00Z",
        "2026-11-24T23:00:00Z",
        "Tuesday 24 November 2026, 23:00–00:00 (Europe/Madrid, GMT+1)"
    )]
    #[case::clocks_put_back(
        "Europe/Madrid",
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "Sunday 25 October 2026, 02:30–02:30 (Europe/Madrid, GMT+2 to GMT+1)"
    )]
    fn in_full(#[case] name: &str, #[case] start: &str, #[case] end: &str, #[case] expected: &str) {
        assert_eq!(format_when(span(start, end), &zone(name)), expected);
    }

    #[test]
    fn in_short() {
        let madrid = zone("Europe/Madrid");
        let when = span("2026-11-04T14:00:00Z", "2026-11-04T15:00:00Z");
        assert_eq!(format_when_short(when, &madrid), "Wed 4 Nov, 15:00–16:00");
        let late = span("2026-11-04T22:30:00Z", "2026-11-04T23:30:00Z");
        assert_eq!(format_when_short(late, &madrid), "Wed 4 Nov, 23:30 – Thu 5 Nov, 00:30");
        assert_eq!(format_date_long(when.start, &madrid), "Wednesday 4 November 2026");
        assert_eq!(format_weekday(when.start, &madrid), "Wednesday");
        assert_eq!(zone_label(&madrid, when.start), "Europe/Madrid, GMT+1");
        assert_eq!(
            zone_label(&madrid, "2026-07-01T00:00:00Z".parse().unwrap()),
            "Europe/Madrid, GMT+2"
        );
        assert_eq!(zone_label(&TimeZone::UTC, when.start), "UTC");
        assert_eq!(zone_label(&TimeZone::fixed(Offset::constant(-4)), when.start), "GMT-4");
    }

    #[test]
    fn lengths_and_minutes_of_the_day() {
        assert_eq!(
            [45, 60, 90, 120, 0].map(format_minutes),
            ["45 min", "1 h", "1 h 30 min", "2 h", "0 min"]
        );
        assert_eq!(
            [0, 540, 1439, 1440, 1560].map(format_minute_of_day),
            ["00:00", "09:00", "23:59", "24:00", "26:00"]
        );
    }

    #[test]
    fn clock_times_are_read_as_they_are_written() {
        for minute in 0..=2880 {
            assert_eq!(parse_minute_of_day(&format_minute_of_day(minute)), Ok(minute));
        }
        assert_eq!(parse_minute_of_day(" 9:05 "), Ok(545));
        for bad in [
            "", "9", "9:5", "09:60", "48:01", "-1:00", "+9:00", "9:+5", "009:00", "99999:00", "９:00", "9:00:00",
            "9h00",
        ] {
            assert!(
                parse_minute_of_day(bad).unwrap_err().message.contains("“09:30”"),
                "{bad}"
            );
        }
    }
}
