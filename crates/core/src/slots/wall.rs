//! From what the wall clock shows to the instant at which it shows it, around the days when clocks are moved.

use std::cell::Cell;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneTransition};
use jiff::{SignedDuration, Timestamp};

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
fn resolve(zone: &TimeZone, day: Date, minute: u16) -> Option<Wall> {
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

/// Seconds since 1970 by UTC, or by a wall clock.
pub(super) type Second = i64;

/// No clock is moved by so many seconds at once: offsets stay within ±26 hours.
const FARTHEST_MOVE: Second = 52 * 3600;

/// From one moving of the clocks to the next.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: Second,
    until: Second,
    /// What the wall clock is ahead of UTC.
    offset: Second,
}

/// A zone's wall clock. It remembers the stretch that it was last asked about, so that most questions are answered by an
/// addition; what lies near the beginning of a stretch, where a time may have been shown before, is looked up.
#[derive(Debug)]
pub(super) struct WallClock<'a> {
    zone: &'a TimeZone,
    last: Cell<Stretch>,
}

impl<'a> WallClock<'a> {
    pub(super) fn new(zone: &'a TimeZone) -> Self {
        let nothing = Stretch {
            from: 0,
            until: 0,
            offset: 0,
        };
        Self {
            zone,
            last: Cell::new(nothing),
        }
    }

    fn stretch_at(&self, at: Second) -> Stretch {
        let last = self.last.get();
        if last.from <= at && at < last.until {
            return last;
        }
        self.look_up(at)
    }

    #[cold]
    fn look_up(&self, at: Second) -> Stretch {
        let at = Timestamp::from_second(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX });
        // Transitions lie on whole seconds; one at this very second has happened.
        let second_after = at.checked_add(SignedDuration::from_secs(1)).unwrap_or(at);
        let moved = |transition: Option<TimeZoneTransition<'_>>| transition.map(|t| t.timestamp().as_second());
        let stretch = Stretch {
            from: moved(self.zone.preceding(second_after).next()).unwrap_or(Second::MIN / 2),
            until: moved(self.zone.following(at).next()).unwrap_or(Second::MAX / 2),
            offset: self.zone.to_offset(at).seconds().into(),
        };
        self.last.set(stretch);
        stretch
    }

    /// The day that the clock shows at an instant, in days since 1 January 1970.
    pub(super) fn day_number(&self, at: Second) -> i64 {
        (at + self.stretch_at(at).offset).div_euclid(DAY)
    }

    /// Whether the clock shows a later day than day `number` at an instant.
    pub(super) fn is_after_day(&self, at: Second, number: i64) -> bool {
        at + self.stretch_at(at).offset >= (number + 1) * DAY
    }

    /// Until when the clock is not moved after `at`.
    pub(super) fn moved_next(&self, at: Second) -> Second {
        self.stretch_at(at).until
    }

    /// When the clock shows `minute` minutes after the midnight that begins `day`, which is day `number`; `None` at the
    /// ends of representable time.
    pub(super) fn resolve(&self, day: Date, number: i64, minute: u16) -> Option<Wall> {
        let shown = number * DAY + i64::from(minute) * 60;
        let stretch = self.stretch_at(shown - self.last.get().offset);
        let at = shown - stretch.offset;
        if stretch.from + FARTHEST_MOVE <= at && at < stretch.until {
            return Timestamp::from_second(at).ok().map(Wall::Shown);
        }
        resolve(self.zone, day, minute)
    }
}

/// The seconds of an unmoved day.
const DAY: Second = 86_400;

/// How many days after 1 January 1970 a day comes.
pub(super) fn number_of(day: Date) -> i64 {
    day.duration_since(jiff::civil::date(1970, 1, 1)).as_hours() / 24
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

    /// Asked in order, backwards and criss-cross, over every day around a moving of the clocks.
    #[test]
    fn the_remembering_clock_shows_what_the_zone_says() {
        for name in crate::text::ZoneName::choices() {
            let zone = zone(&name);
            let moved = zone.following("2024-01-01T00:00:00Z".parse().unwrap()).next();
            let moved = moved.map_or("2026-05-01T00:00:00Z".parse().unwrap(), |transition| {
                transition.timestamp()
            });
            let from = number_of(zone.to_datetime(moved).date()) - 4;
            let clocks = [(); 3].map(|()| WallClock::new(&zone));
            for step in 0..9 {
                for (clock, number) in clocks.iter().zip([from + step, from + 8 - step, from + step * 5 % 9]) {
                    let day = date(1970, 1, 1).saturating_add(jiff::Span::new().days(number));
                    // There and back: a time that is shown twice is asked for from either side.
                    for minute in [
                        0, 59, 60, 90, 120, 150, 181, 1380, 1439, 1440, 2880, 1500, 90, 150, 120, 60, 1, 0,
                    ] {
                        let expected = resolve(&zone, day, minute);
                        assert_eq!(clock.resolve(day, number, minute), expected, "{name} {day} {minute}");
                    }
                    for second in (number * DAY..(number + 1) * DAY).step_by(7_201) {
                        let shown = zone.to_datetime(Timestamp::from_second(second).unwrap()).date();
                        assert_eq!(clock.day_number(second), number_of(shown), "{name} {second}");
                        assert_eq!(
                            clock.is_after_day(second, number),
                            number_of(shown) > number,
                            "{name} {second}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_clock_knows_when_it_is_moved_next() {
        let madrid = zone("Europe/Madrid");
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        let clock = WallClock::new(&madrid);
        assert_eq!(clock.moved_next(at("2026-03-29T00:59:59Z")), at("2026-03-29T01:00:00Z"));
        assert_eq!(clock.moved_next(at("2026-03-29T01:00:00Z")), at("2026-10-25T01:00:00Z"));
        assert_eq!(clock.moved_next(at("2026-03-28T01:00:00Z")), at("2026-03-29T01:00:00Z"));
        assert!(WallClock::new(&TimeZone::UTC).moved_next(at("2026-03-28T01:00:00Z")) > Timestamp::MAX.as_second());
    }
}
