//! How quickly hands get through their jobs, and so how many jobs are worth claiming before hands are free for them: where
//! each takes long, nothing is held back from other workers; where they are quick, one claim brings many.

use std::time::{Duration, Instant};

/// So much time's work is claimed ahead.
const AHEAD: Duration = Duration::from_millis(100);

/// The pace of one pool's hands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// When the moment began that is being counted.
    since: Instant,
    /// Jobs that hands got through since then.
    now: u64,
    /// The same in the moment before.
    before: u64,
}

impl Pace {
    /// Hands that have done nothing yet.
    pub(super) fn new(at: Instant) -> Self {
        Self {
            since: at,
            now: 0,
            before: 0,
        }
    }

    /// A hand got through a job.
    pub(super) fn note(&mut self, at: Instant) {
        self.turn(at);
        self.now += 1;
    }

    /// How many jobs the hands get through in a moment. Hands that have only just begun are expected to go on like that, up to
    /// twice as many as were seen.
    pub(super) fn in_a_moment(&mut self, at: Instant) -> u64 {
        self.turn(at);
        let passed = at.saturating_duration_since(self.since).as_millis().max(1);
        let expected = u128::from(self.now) * AHEAD.as_millis() / passed;
        let expected = u64::try_from(expected).unwrap_or(u64::MAX).min(self.now * 2);
        self.before.max(expected)
    }

    fn turn(&mut self, at: Instant) {
        let passed = at.saturating_duration_since(self.since);
        if passed >= AHEAD {
            self.before = if passed < AHEAD * 2 { self.now } else { 0 };
            self.now = 0;
            self.since = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_in_the_last_moments_counts() {
        let begun = Instant::now();
        let at = |millis| begun + Duration::from_millis(millis);
        let mut pace = Pace::new(begun);
        assert_eq!(pace.in_a_moment(at(0)), 0);
        for millis in 0..40 {
            pace.note(at(millis));
        }
        assert_eq!(pace.in_a_moment(at(90)), 44);
        // The moment before, as long as the present one is young.
        pace.note(at(120));
        assert_eq!(pace.in_a_moment(at(140)), 40);
        assert_eq!(pace.in_a_moment(at(230)), 1);
        // And nothing of long ago.
        assert_eq!(pace.in_a_moment(at(2000)), 0);
    }

    #[test]
    fn hands_that_have_just_begun_are_expected_to_go_on_like_that() {
        let begun = Instant::now();
        let at = |millis| begun + Duration::from_millis(millis);
        let mut pace = Pace::new(begun);
        for _ in 0..24 {
            pace.note(at(5));
        }
        // Five milliseconds of a hundred would make 480 of them: perhaps they only ended together.
        assert_eq!(pace.in_a_moment(at(5)), 48);
        assert_eq!(pace.in_a_moment(at(80)), 30);
    }
}
