//! Dates of camps and weekly times, in words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use timetap_core::orders::ServiceKind;
use timetap_core::span::Span;
use timetap_core::times::{
    format_date_long, format_date_short, format_day_long, format_time, format_weekday, zone_label,
};

/// When something takes place: what is said first, and what is said of it besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// "Mon 14 Dec – Wed 16 Dec 2026", "Wednesdays, 17:00–18:00", "Tuesday 24 November 2026, 15:00–17:00".
    pub first: String,
    /// "3 days, 09:00–15:00 (Europe/Madrid, GMT+1)".
    pub then: String,
}

/// In words: `spans` are the days of a camp, the next dates of a weekly time, or the one time.
pub fn say_when(kind: ServiceKind, spans: &[Span], zone: &TimeZone) -> Option<When> {
    let (first, last) = (spans.first()?, spans.last()?);
    Some(when(kind, *first, *last, spans.len(), zone))
}

/// The same, from the first day to the last.
pub fn when(kind: ServiceKind, first: Span, last: Span, days: usize, zone: &TimeZone) -> When {
    let hours = format!("{}–{}", format_time(first.start, zone), format_time(first.end, zone));
    let where_from = zone_label(zone, first.start);
    match kind {
        ServiceKind::Subscription => When {
            first: format!("{}s, {hours}", format_weekday(first.start, zone)),
            then: format!("next on {} ({where_from})", format_date_long(first.start, zone)),
        },
        ServiceKind::Camp if days > 1 => When {
            first: format!(
                "{} – {} {}",
                format_date_short(first.start, zone),
                format_date_short(last.start, zone),
                zone.to_datetime(last.start).year()
            ),
            then: format!("{days} days, {hours} ({where_from})"),
        },
        _ => When {
            first: format!("{}, {hours}", format_date_long(first.start, zone)),
            then: where_from,
        },
    }
}

/// Until when a weekly time goes on.
pub fn until(ends_on: Option<Date>) -> Option<String> {
    ends_on.map(|day| format!("until {}", format_day_long(day)))
}

/// How many places are left.
pub fn places_left(free: i64) -> String {
    match free {
        ..=0 => "Full".to_owned(),
        1 => "1 place left".to_owned(),
        many => format!("{many} places left"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn span(start: &str, hours: i64) -> Span {
        let start: Timestamp = start.parse().unwrap();
        Span::new(start, start + jiff::SignedDuration::from_hours(hours)).unwrap()
    }

    #[test]
    fn each_kind_says_when() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let days = [
            span("2026-12-14T08:00:00Z", 6),
            span("2026-12-15T08:00:00Z", 6),
            span("2026-12-16T08:00:00Z", 6),
        ];
        let said = |kind, spans: &[Span]| {
            let when = say_when(kind, spans, &zone).unwrap();
            format!("{} | {}", when.first, when.then)
        };
        assert_eq!(
            said(ServiceKind::Camp, &days),
            "Mon 14 Dec – Wed 16 Dec 2026 | 3 days, 09:00–15:00 (Europe/Madrid, GMT+1)"
        );
        assert_eq!(
            said(ServiceKind::Camp, &days[..1]),
            "Monday 14 December 2026, 09:00–15:00 | Europe/Madrid, GMT+1"
        );
        assert_eq!(
            said(ServiceKind::Subscription, &[span("2026-11-25T16:00:00Z", 1)]),
            "Wednesdays, 17:00–18:00 | next on Wednesday 25 November 2026 (Europe/Madrid, GMT+1)"
        );
        assert_eq!(
            said(ServiceKind::Party, &[span("2026-11-24T14:00:00Z", 2)]),
            "Tuesday 24 November 2026, 15:00–17:00 | Europe/Madrid, GMT+1"
        );
        assert_eq!(say_when(ServiceKind::Camp, &[], &zone), None);
        assert_eq!([0, 1, 5].map(places_left), ["Full", "1 place left", "5 places left"]);
    }
}
