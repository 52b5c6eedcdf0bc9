//! The clock that is passed in wherever time matters, so that no rule reads the machine's time by itself.
//! Always whole milliseconds: what was just made equals what comes back from the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A source of the present moment: the machine's, one that runs ahead of it, or one that stands still until it is moved.
///
/// Clones of a clock that can be moved share their time: moving one moves all.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Fixed(Arc<AtomicI64>),
    /// Milliseconds ahead of the machine's.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until [`Clock::advance`] or [`Clock::set`] moves it.
    pub fn fixed(now: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(now.as_millisecond()))))
    }

    /// A clock that runs with the machine's, and ahead of it by all that [`Clock::advance`] moves it: for the demo and what is
    /// tried out in it, where half an hour shall pass at once and the next minute still takes a minute.
    pub fn movable() -> Self {
        Self(Source::Ahead(Arc::new(AtomicI64::new(0))))
    }

    /// The present moment, cut to milliseconds.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => machine_now(),
            Source::Fixed(millis) => from_millisecond_clamped(millis.load(Ordering::SeqCst)),
            Source::Ahead(by) => {
                from_millisecond_clamped(machine_now().as_millisecond().saturating_add(by.load(Ordering::SeqCst)))
            }
        }
    }

    /// Moves a clock that can be moved by `by` (backwards where negative; the ends of representable time stop it).
    /// Returns whether the clock moved: the system's clock does not.
    pub fn advance(&self, by: SignedDuration) -> bool {
        let (Source::Fixed(millis) | Source::Ahead(millis)) = &self.0 else {
            return false;
        };
        let by = i64::try_from(by.as_millis()).unwrap_or(if by.is_negative() { i64::MIN } else { i64::MAX });
        // The closure always answers, so this cannot fail.
        let _ = millis.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| {
            Some(from_millisecond_clamped(now.saturating_add(by)).as_millisecond())
        });
        true
    }

    /// Puts a fixed clock at `now`. Returns whether the clock moved: those that run do not.
    pub fn set(&self, now: Timestamp) -> bool {
        let Source::Fixed(millis) = &self.0 else { return false };
        millis.store(now.as_millisecond(), Ordering::SeqCst);
        true
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine's clock is read"
)]
fn machine_now() -> Timestamp {
    truncate_to_millisecond(Timestamp::now())
}

/// Cuts an instant to whole milliseconds, the precision in which instants are stored.
pub fn truncate_to_millisecond(at: Timestamp) -> Timestamp {
    from_millisecond_clamped(at.as_millisecond())
}

/// The instant at `millis` milliseconds after 1970, held within jiff's years -9999 to 9999.
pub fn from_millisecond_clamped(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_until_moved_and_clones_move_together() {
        let clock = Clock::fixed("2026-11-20T10:00:00.123456789Z".parse().unwrap());
        let other = clock.clone();
        assert_eq!(clock.now().to_string(), "2026-11-20T10:00:00.123Z");
        assert!(other.advance(SignedDuration::from_secs(90)));
        assert_eq!(clock.now().to_string(), "2026-11-20T10:01:30.123Z");
        assert!(other.advance(SignedDuration::from_secs(-30)));
        assert_eq!(clock.now().to_string(), "2026-11-20T10:01:00.123Z");
        assert!(clock.set(Timestamp::UNIX_EPOCH));
        assert_eq!(other.now(), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_fixed_clock_stops_at_the_ends_of_time() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        assert!(clock.advance(SignedDuration::MAX));
        assert!(clock.now() > "9999-12-29T00:00:00Z".parse().unwrap());
        assert!(clock.advance(SignedDuration::MIN));
        assert!(clock.now() < "-009998-01-05T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_movable_clock_runs_ahead_of_the_machines() {
        let (clock, system) = (Clock::movable(), Clock::system());
        assert!(clock.now().duration_since(system.now()).abs() < SignedDuration::from_mins(1));
        let other = clock.clone();
        assert!(other.advance(SignedDuration::from_hours(5)));
        assert!(clock.advance(SignedDuration::from_hours(-1)));
        let ahead = clock.now().duration_since(system.now());
        assert!(
            (ahead - SignedDuration::from_hours(4)).abs() < SignedDuration::from_mins(1),
            "{ahead}"
        );
        assert!(!clock.set(Timestamp::UNIX_EPOCH));
        assert!(clock.advance(SignedDuration::MAX));
        assert!(clock.now() > "9999-12-29T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn the_system_clock_runs_in_whole_milliseconds_and_cannot_be_moved() {
        let clock = Clock::system();
        let before = clock.now();
        assert!(!clock.advance(SignedDuration::from_hours(1)));
        assert!(!clock.set(Timestamp::UNIX_EPOCH));
        let after = clock.now();
        assert!(after.duration_since(before) < SignedDuration::from_mins(1));
        assert_eq!(after.subsec_nanosecond() % 1_000_000, 0);
    }
}
