//! From what the wall clock shows to the instant at which it shows it, around the days when clocks are moved.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

/// When the wall clock shows a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wall {
    /// At this instant; the first of two where the clocks are put back.
    Shown(Timestamp),
    /// Never: the clocks go forward over it.
    Skipped {
        /// The instant at which the clocks go forward.
        gap: Timestamp,
        /// What a clock that nobody moved would show as this time.
        unmoved: Timestamp,
    },
}

impl Wall {
    /// The first instant at which the clock shows this time or, where it skips it, a later one.
    pub(super) fn reached(self) -> Timestamp {
        match self {
            Self::Shown(at) => at,
            Self::Skipped { gap, .. } => gap,
        }
    }
}

/// When the clock shows `minute` minutes after the midnight that begins `day`; `None` at the ends of representable time.
pub(super) fn resolve(zone: &TimeZone, day: Date, minute: u16) -> Option<Wall> {
    let day = day.checked_add(jiff::Span::new().days(minute / 1440)).ok()?;
    let hour = i8::try_from(minute % 1440 / 60).ok()?;
    let at = day.at(hour, i8::try_from(minute % 60).ok()?, 0, 0);
    resolve_datetime(zone, at)
}

fn resolve_datetime(zone: &TimeZone, at: DateTime) -> Option<Wall> {
    match zone.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(at).ok().map(Wall::Shown),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(at).ok().map(Wall::Shown),
        AmbiguousOffset::Gap { before, after } => {
            let unmoved = before.to_timestamp(at).ok()?;
            let earliest = after.to_timestamp(at).ok()?;
            // The clocks move once between these two; the transition is where the new offset begins to hold.
            let gap = zone
                .following(earliest)
                .map(|transition| transition.timestamp())
                .take_while(|transition| *transition <= unmoved)
                .find(|transition| zone.to_offset(*transition) == after)
                .unwrap_or(unmoved);
            Some(Wall::Skipped { gap, unmoved })
        }
    }
}

/// Remembers for how long the clocks stand unmoved, so that a day without a change needs no more look-ups.
pub(super) struct Quiet {
    from: Timestamp,
    until: Timestamp,
}

impl Quiet {
    pub(super) fn unknown() -> Self {
        Self {
            from: Timestamp::MAX,
            until: Timestamp::MIN,
        }
    }

    /// Whether the clocks are not moved after `from` and before `to`.
    pub(super) fn holds(&mut self, zone: &TimeZone, from: Timestamp, to: Timestamp) -> bool {
        if from < self.from || from >= self.until {
            self.from = from;
            self.until = zone
                .following(from)
                .next()
                .map_or(Timestamp::MAX, |transition| transition.timestamp());
        }
        to <= self.until
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[rstest]
    #[case("Europe/Madrid", date(2026, 7, 1), 600, "2026-07-01T08:00:00Z")]
    #[case::first_of_two("Europe/Madrid", date(2026, 10, 25), 150, "2026-10-25T00:30:00Z")]
    #[case::after_both("Europe/Madrid", date(2026, 10, 25), 180, "2026-10-25T02:00:00Z")]
    #[case::midnight_at_the_end("Europe/Madrid", date(2026, 7, 1), 1440, "2026-07-01T22:00:00Z")]
    #[case::two_midnights_on("Europe/Madrid", date(2026, 7, 1), 2880, "2026-07-02T22:00:00Z")]
    #[case::half_hour("Australia/Lord_Howe", date(2026, 4, 5), 105, "2026-04-04T14:45:00Z")]
    fn shown(#[case] name: &str, #[case] day: Date, #[case] minute: u16, #[case] at: &str) {
        assert_eq!(
            resolve(&zone(name), day, minute),
            Some(Wall::Shown(at.parse().unwrap()))
        );
    }

    #[rstest]
    #[case(
        "America/New_York",
        date(2026, 3, 8),
        150,
        "2026-03-08T07:00:00Z",
        "2026-03-08T07:30:00Z"
    )]
    #[case(
        "America/New_York",
        date(2026, 3, 8),
        120,
        "2026-03-08T07:00:00Z",
        "2026-03-08T07:00:00Z"
    )]
    #[case::half_hour(
        "Australia/Lord_Howe",
        date(2026, 10, 4),
        135,
        "2026-10-03T15:30:00Z",
        "2026-10-03T15:45:00Z"
    )]
    #[case::midnight(
        "America/Santiago",
        date(2026, 9, 6),
        0,
        "2026-09-06T04:00:00Z",
        "2026-09-06T04:00:00Z"
    )]
    #[case::whole_day(
        "Pacific/Apia",
        date(2011, 12, 30),
        600,
        "2011-12-30T10:00:00Z",
        "2011-12-30T20:00:00Z"
    )]
    fn skipped(#[case] name: &str, #[case] day: Date, #[case] minute: u16, #[case] gap: &str, #[case] unmoved: &str) {
        let expected = Wall::Skipped {
            gap: gap.parse().unwrap(),
            unmoved: unmoved.parse().unwrap(),
        };
        assert_eq!(resolve(&zone(name), day, minute), Some(expected));
        assert_eq!(expected.reached(), gap.parse::<Timestamp>().unwrap());
    }

    #[test]
    fn the_ends_of_time_have_no_wall_clock() {
        assert_eq!(resolve(&zone("Asia/Tokyo"), Date::MAX, 2880), None);
        assert_eq!(resolve(&zone("Asia/Tokyo"), Date::MIN, 0), None);
    }

    #[test]
    fn quiet_knows_the_days_when_clocks_move() {
        let madrid = zone("Europe/Madrid");
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut quiet = Quiet::unknown();
        assert!(quiet.holds(&madrid, at("2026-03-28T00:00:00Z"), at("2026-03-29T01:00:00Z")));
        assert!(!quiet.holds(&madrid, at("2026-03-28T00:00:00Z"), at("2026-03-29T01:01:00Z")));
        assert!(quiet.holds(&madrid, at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z")));
        assert!(!quiet.holds(&madrid, at("2026-03-29T00:59:00Z"), at("2026-03-29T01:01:00Z")));
        assert!(Quiet::unknown().holds(&TimeZone::UTC, Timestamp::MIN, Timestamp::MAX));
    }
}
