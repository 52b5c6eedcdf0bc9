//! The randomness that is passed in: the operating system's in production, a seeded one in tests.
//! Ids, tokens and jitter all come from here, so a test can name the bytes it will see.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use uuid::Uuid;

/// A source of random bytes. Clones of a seeded source continue the same stream.
#[derive(Clone)]
pub struct Entropy(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl fmt::Debug for Entropy {
    // The state of a generator foretells what comes next: never printed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System => "Entropy(system)",
            Source::Seeded(_) => "Entropy(seeded)",
        })
    }
}

impl Entropy {
    /// The operating system's random source, fit for keys and tokens.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A source that gives the same bytes for the same seed. For tests and demo data only.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system cannot give random bytes. There is no safe way on from there: a guessable token
    /// would be worse than a failed request.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.0 {
            Source::System => fill_from_system(&mut bytes),
            Source::Seeded(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A `UUIDv7` (RFC 9562) carrying `now` in milliseconds and 74 random bits.
    pub fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// A secret of 256 bits as 43 characters of base64url.
    pub fn token(&self) -> String {
        BASE64URL_NOPAD.encode(&self.bytes::<32>())
    }

    /// A number from `lo` to `hi`, both included, each equally likely. `lo` where the range is empty.
    pub fn between(&self, lo: i64, hi: i64) -> i64 {
        if hi <= lo {
            return lo;
        }
        let count = hi.abs_diff(lo).wrapping_add(1);
        if count == 0 {
            return i64::from_le_bytes(self.bytes()); // the whole of i64
        }
        // Values past the last whole multiple of `count` would favour small results: draw again.
        let limit = u64::MAX - u64::MAX % count;
        loop {
            let drawn = u64::from_le_bytes(self.bytes());
            if drawn < limit {
                return lo.wrapping_add_unsigned(drawn % count);
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the machine's randomness is read"
)]
fn fill_from_system(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream_and_clones_continue_it() {
        let (a, b) = (Entropy::seeded(7), Entropy::seeded(7));
        let first: [u8; 16] = a.bytes();
        assert_eq!(first, b.bytes());
        assert_ne!(first, a.clone().bytes());
        assert_ne!(first, Entropy::seeded(8).bytes());
    }

    #[test]
    fn uuids_are_version_7_and_carry_the_given_time() {
        let now: Timestamp = "2026-11-20T10:00:00.123Z".parse().unwrap();
        let id = Entropy::system().uuid(now);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (secs, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((secs, nanos), (1_795_168_800, 123_000_000));
        assert!(Entropy::seeded(1).uuid(now) < Entropy::seeded(2).uuid("2026-11-20T10:00:00.124Z".parse().unwrap()));
        assert_eq!(Entropy::seeded(1).uuid(Timestamp::MIN).get_version_num(), 7);
    }

    #[test]
    fn tokens_are_43_url_safe_characters_and_never_repeat() {
        let entropy = Entropy::system();
        let tokens: BTreeSet<String> = (0..1000).map(|_| entropy.token()).collect();
        assert_eq!(tokens.len(), 1000);
        for token in &tokens {
            assert_eq!(token.len(), 43);
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
    }

    #[test]
    fn between_reaches_both_ends_and_nothing_outside() {
        let entropy = Entropy::seeded(3);
        let seen: BTreeSet<i64> = (0..500).map(|_| entropy.between(-2, 2)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
        assert_eq!(entropy.between(5, 5), 5);
        assert_eq!(entropy.between(5, 1), 5);
        let _ = entropy.between(i64::MIN, i64::MAX);
        for _ in 0..100 {
            assert!(entropy.between(i64::MAX - 1, i64::MAX) >= i64::MAX - 1);
        }
    }

    #[test]
    fn debug_tells_no_state() {
        assert_eq!(
            format!("{:?} {:?}", Entropy::system(), Entropy::seeded(1)),
            "Entropy(system) Entropy(seeded)"
        );
    }
}
