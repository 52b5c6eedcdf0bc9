//! The days of a camp or class as instants: the same wall times on one day or several in a row.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::span::Span;

text_enum! {
    /// The hours of a camp.
    pub enum CampHours: "hours of a camp" {
        /// 9:00–15:00.
        Day = "day",
        /// 9:00–17:00.
        AllDay = "all_day",
        /// At hours of its own, as a weekly class has them.
        Timed = "timed",
    }
}

impl CampHours {
    /// From which minute of the day to which, where the kind says it.
    pub const fn minutes(self) -> Option<(u16, u16)> {
        match self {
            Self::Day => Some((9 * 60, 15 * 60)),
            Self::AllDay => Some((9 * 60, 17 * 60)),
            Self::Timed => None,
        }
    }

    /// The words shown to people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "Day, 9:00–15:00",
            Self::AllDay => "All day, 9:00–17:00",
            Self::Timed => "Hours of its own",
        }
    }
}

/// Why days make no spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these days and minutes are no time: {days} days from {first}, minutes {from}–{until}")]
pub struct DaysError {
    first: Date,
    days: u16,
    from: u16,
    until: u16,
}

/// A run of days with the same hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CampDays {
    /// The first day.
    pub first: Date,
    /// How many days in a row; at least 1.
    pub days: u16,
    /// From which minute after midnight.
    pub from: u16,
    /// Until which minute after the same midnight; beyond 1440 it ends on the next day.
    pub until: u16,
}

impl CampDays {
    /// The span of each day in `zone`. A wall time that the clocks skip counts as the moment at which they go on, one that
    /// they show twice as the first.
    ///
    /// # Errors
    /// [`DaysError`] where a day would not end after it begins, or lies beyond representable time.
    pub fn spans(&self, zone: &TimeZone) -> Result<Vec<Span>, DaysError> {
        let error = DaysError {
            first: self.first,
            days: self.days,
            from: self.from,
            until: self.until,
        };
        if self.days == 0 {
            return Err(error);
        }
        (0..i64::from(self.days))
            .map(|ahead| {
                let day = self.first.checked_add(ahead.days()).map_err(|_| error)?;
                let start = wall(zone, day, self.from).ok_or(error)?;
                let end = wall(zone, day, self.until).ok_or(error)?;
                Span::new(start, end).map_err(|_| error)
            })
            .collect()
    }
}

/// The first of `days` days of something that lasts from `span.start` on the first to `span.end` on the last, at the same
/// wall times each day. The span itself where it is one day, or where its dates do not fit.
pub fn first_day(span: Span, days: u16, zone: &TimeZone) -> Span {
    let before = i64::from(days.saturating_sub(1));
    if before == 0 {
        return span;
    }
    let end = zone.to_datetime(span.end).checked_sub(before.days());
    let end = end.and_then(|end| zone.to_ambiguous_zoned(end).compatible());
    end.ok()
        .and_then(|end| Span::new(span.start, end.timestamp()).ok())
        .unwrap_or(span)
}

/// When the clock shows `minute` minutes after the midnight that begins `day`.
fn wall(zone: &TimeZone, day: Date, minute: u16) -> Option<Timestamp> {
    let day = day.checked_add(i64::from(minute / 1440).days()).ok()?;
    let hour = i8::try_from(minute % 1440 / 60).ok()?;
    let at = day.at(hour, i8::try_from(minute % 60).ok()?, 0, 0);
    // "Compatible" is RFC 5545's rule: later by the length of a gap, the first of a fold.
    Some(zone.to_ambiguous_zoned(at).compatible().ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(first: Date, days: u16, hours: CampHours) -> CampDays {
        let (from, until) = hours.minutes().unwrap();
        CampDays {
            first,
            days,
            from,
            until,
        }
    }

    #[test]
    fn a_camp_keeps_its_wall_times_over_a_change_of_clocks() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let spans = days(date(2026, 10, 24), 2, CampHours::Day).spans(&zone).unwrap();
        let text: Vec<String> = spans
            .iter()
            .map(|span| format!("{}/{}", span.start, span.end))
            .collect();
        assert_eq!(
            text,
            [
                "2026-10-24T07:00:00Z/2026-10-24T13:00:00Z",
                "2026-10-25T08:00:00Z/2026-10-25T14:00:00Z"
            ]
        );
    }

    #[test]
    fn the_first_day_ends_by_the_wall_clock_too() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        for count in [1, 2, 5] {
            let spans = days(date(2026, 10, 23), count, CampHours::Day).spans(&zone).unwrap();
            let whole = Span::new(spans[0].start, spans.last().unwrap().end).unwrap();
            assert_eq!(first_day(whole, count, &zone), spans[0], "{count}");
        }
    }

    #[test]
    fn all_day_is_nine_to_five() {
        let spans = days(date(2026, 7, 1), 1, CampHours::AllDay)
            .spans(&TimeZone::UTC)
            .unwrap();
        assert_eq!(spans[0].duration().as_hours(), 8);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let zone = TimeZone::UTC;
        assert!(days(date(2026, 7, 1), 0, CampHours::Day).spans(&zone).is_err());
        assert!(days(Date::MAX, 2, CampHours::Day).spans(&zone).is_err());
        let backwards = CampDays {
            first: date(2026, 7, 1),
            days: 1,
            from: 600,
            until: 600,
        };
        assert!(backwards.spans(&zone).is_err());
    }
}
