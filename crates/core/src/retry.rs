//! When to try again: soon at first, then ever more rarely, spread a little so that a thousand failed jobs do not
//! all come back in the same second.

use jiff::SignedDuration;

use crate::entropy::Entropy;

/// After so many attempts a job rests among the dead letters until a person looks.
pub const MAX_ATTEMPTS: u32 = 24;

/// Seconds to wait after the first, second, … failure; the last one repeats.
const DELAYS: [i64; 10] = [2, 5, 15, 45, 120, 360, 900, 2700, 7200, 21600];

/// The longest that a provider's own wish (`Retry-After`) is heeded.
pub const LONGEST_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How long to wait after `attempts` failed attempts (1 after the first), ±20 %; `None` when it is enough.
/// Twenty-four attempts reach over about three and a half days.
pub fn next_delay(attempts: u32, entropy: &Entropy) -> Option<SignedDuration> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    let step = usize::try_from(attempts.saturating_sub(1))
        .unwrap_or(usize::MAX)
        .min(DELAYS.len() - 1);
    let millis = DELAYS[step] * 1000;
    Some(SignedDuration::from_millis(
        entropy.between(millis - millis / 5, millis + millis / 5),
    ))
}

/// `delay`, or what the provider asked for where that is longer, up to [`LONGEST_RETRY_AFTER`], and up to a tenth more: a
/// provider that sends a thousand jobs away at once does not get them all back in one second.
pub fn respect(delay: SignedDuration, retry_after: Option<SignedDuration>, entropy: &Entropy) -> SignedDuration {
    let Some(wish) = retry_after
        .map(|wish| wish.min(LONGEST_RETRY_AFTER))
        .filter(|wish| *wish > delay)
    else {
        return delay;
    };
    let millis = i64::try_from(wish.as_millis()).unwrap_or(i64::MAX);
    wish.saturating_add(SignedDuration::from_millis(entropy.between(0, millis / 10)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn delays_grow_from_seconds_to_hours_within_a_fifth() {
        let entropy = Entropy::seeded(1);
        for (attempts, seconds) in [
            (0, 2),
            (1, 2),
            (2, 5),
            (5, 120),
            (8, 2700),
            (10, 21600),
            (11, 21600),
            (23, 21600),
        ] {
            for _ in 0..50 {
                let millis = next_delay(attempts, &entropy).unwrap().as_millis();
                assert!(
                    (seconds * 800..=seconds * 1200).contains(&millis),
                    "{attempts}: {millis}"
                );
            }
        }
    }

    #[test]
    fn jitter_spreads() {
        let entropy = Entropy::seeded(1);
        let first = next_delay(10, &entropy);
        assert!((0..20).any(|_| next_delay(10, &entropy) != first));
    }

    #[test]
    fn twenty_four_attempts_are_enough() {
        let entropy = Entropy::seeded(1);
        assert!(next_delay(23, &entropy).is_some());
        assert_eq!(next_delay(24, &entropy), None);
        assert_eq!(next_delay(u32::MAX, &entropy), None);
    }

    #[test]
    fn a_providers_wish_lengthens_but_never_shortens_and_never_for_ever() {
        let entropy = Entropy::seeded(1);
        let delay = SignedDuration::from_secs(10);
        assert_eq!(respect(delay, None, &entropy), delay);
        for seconds in [-30, 0, 3, 10] {
            let wish = SignedDuration::from_secs(seconds);
            assert_eq!(respect(delay, Some(wish), &entropy), delay);
        }
        assert_eq!(respect(delay, Some(SignedDuration::MIN), &entropy), delay);
        for (wish, heeded) in [
            (SignedDuration::from_secs(30), SignedDuration::from_secs(30)),
            (SignedDuration::from_hours(999), LONGEST_RETRY_AFTER),
        ] {
            let waits: BTreeSet<_> = (0..20).map(|_| respect(delay, Some(wish), &entropy)).collect();
            let tenth = heeded + heeded / 10;
            assert!(waits.iter().all(|wait| (heeded..=tenth).contains(wait)), "{waits:?}");
            assert!(waits.len() > 1, "spread");
        }
    }
}
