//! Slows guessing and flooding down, for all replicas together: tries are counted in the database, in fixed windows.
//!
//! However many addresses a crowd comes from or names, there are no more counters in a window than [`Keyring::place_of`] has
//! places for each kind: about a million. Two keys on one place are counted together, which does no harm while there are far
//! fewer of them than places; who floods them all has to try ten million times first.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::clock::from_millisecond_clamped;
use timetap_store::accounts::clear_hits::clear_hits;
use timetap_store::accounts::count_hit::count_hits;

use crate::platform::keyring::Keyring;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often something may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateRule {
    /// What is counted. Part of the key: two rules of one kind share their counters.
    pub kind: &'static str,
    /// So many tries a window are fine.
    pub limit: i64,
    /// The length of a window.
    pub window: SignedDuration,
}

impl RateRule {
    /// A rule: at most `limit` tries of `kind` in every `minutes` minutes.
    pub const fn new(kind: &'static str, limit: i64, minutes: i64) -> Self {
        Self {
            kind,
            limit,
            window: SignedDuration::from_mins(minutes),
        }
    }
}

/// Signing in, by account.
pub const SIGN_IN_ACCOUNT: RateRule = RateRule::new("sign-in-account", 10, 15);
/// Signing in, by network address.
pub const SIGN_IN_NETWORK: RateRule = RateRule::new("sign-in-network", 50, 15);
/// Signing up, by network address.
pub const SIGN_UP_NETWORK: RateRule = RateRule::new("sign-up-network", 10, 60);
/// Signing up, by the address signed up with: it gets a mail each time.
pub const SIGN_UP_ACCOUNT: RateRule = RateRule::new("sign-up-account", 5, 60);
/// Asking for a new password, by account.
pub const RESET_ACCOUNT: RateRule = RateRule::new("reset-account", 5, 60);
/// Asking for a new password, by network address.
pub const RESET_NETWORK: RateRule = RateRule::new("reset-network", 20, 60);
/// Asking for another verification mail, by account.
pub const VERIFY_ACCOUNT: RateRule = RateRule::new("verify-account", 5, 60);

/// There were too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many tries. Please wait {} and try again.", self.wait())]
pub struct TooMany {
    /// When the next try will be counted afresh.
    pub retry_after: SignedDuration,
}

impl TooMany {
    /// How long to wait, such as "1 minute" or "14 minutes".
    pub fn wait(&self) -> String {
        minutes_in_words(self.retry_after)
    }
}

/// Why a try may not go on.
#[derive(Debug, thiserror::Error)]
pub enum RateError {
    /// There were too many.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// They could not be counted.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Counts a try of `key` (an account's address, a network address …) and refuses it beyond the rule's limit. Call it before
/// the work it protects; the key itself is stored nowhere.
///
/// # Errors
/// Too many tries, or the database refuses.
pub async fn hit(app: &TimeTap, rule: RateRule, key: &str) -> Result<(), RateError> {
    hit_on(app.db.writer(), app, &[(rule, key)]).await
}

/// The same for several at once, as a part of a transaction: what is undone was not tried. Name them in the same order
/// everywhere, so that nobody waits in a circle.
///
/// # Errors
/// As [`hit`], for the first that was tried too often.
pub async fn hit_on(on: &impl ConnectionTrait, app: &TimeTap, tries: &[(RateRule, &str)]) -> Result<(), RateError> {
    let now = app.clock.now();
    let keys: Vec<(String, Timestamp)> = tries
        .iter()
        .map(|(rule, key)| (stored_key(&app.keys, *rule, key), window_at(now, rule.window).0))
        .collect();
    let hits = count_hits(on, &keys).await.map_err(Unexpected::from)?;
    for ((rule, _), hits) in tries.iter().zip(hits) {
        if hits > rule.limit {
            return Err(TooMany {
                retry_after: window_at(now, rule.window).1.duration_since(now),
            }
            .into());
        }
    }
    Ok(())
}

/// Forgets the tries of `key`: whoever proved to be the owner starts afresh.
///
/// # Errors
/// The database refuses.
pub async fn forget(app: &TimeTap, rule: RateRule, key: &str) -> Result<(), Unexpected> {
    clear_hits(app.db.writer(), &stored_key(&app.keys, rule, key)).await?;
    Ok(())
}

/// The key of a network address: an IPv4 address itself, of IPv6 the /64 that one household or server has.
pub fn network_key(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => "unknown".to_owned(),
    }
}

fn stored_key(keys: &Keyring, rule: RateRule, key: &str) -> String {
    format!("{}:{:05x}", rule.kind, keys.place_of(key))
}

/// The window that `now` lies in: start and end.
fn window_at(now: Timestamp, window: SignedDuration) -> (Timestamp, Timestamp) {
    let length = i64::try_from(window.as_millis()).unwrap_or(i64::MAX).max(1);
    let start = now.as_millisecond().div_euclid(length).saturating_mul(length);
    (
        from_millisecond_clamped(start),
        from_millisecond_clamped(start.saturating_add(length)),
    )
}

fn minutes_in_words(wait: SignedDuration) -> String {
    let minutes = (wait.as_secs().max(0) / 60) + 1;
    match minutes {
        1 => "a minute".to_owned(),
        several => format!("{several} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_one_household_share_a_key_and_others_do_not() {
        assert_eq!(network_key("203.0.113.9"), "203.0.113.9");
        assert_eq!(network_key("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(network_key("2001:db8:1:2:3:4:5:6"), network_key("2001:db8:1:2::9"));
        assert_ne!(network_key("2001:db8:1:2::9"), network_key("2001:db8:1:3::9"));
        assert_eq!(network_key(""), "unknown");
    }

    #[test]
    fn windows_are_whole_multiples_also_before_1970() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let quarter = SignedDuration::from_mins(15);
        assert_eq!(
            window_at(at("2026-11-20T10:14:59.999Z"), quarter),
            (at("2026-11-20T10:00:00Z"), at("2026-11-20T10:15:00Z"))
        );
        assert_eq!(
            window_at(at("2026-11-20T10:15:00Z"), quarter).0,
            at("2026-11-20T10:15:00Z")
        );
        assert_eq!(window_at(at("1969-12-31T23:59:00Z"), quarter).1, Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_crowd_of_keys_has_no_more_counters_than_there_are_places() {
        let keys = |byte| Keyring::new(vec![("test".to_owned(), [byte; 32])]).unwrap();
        let (ours, others) = (keys(7), keys(8));
        let mut counters = std::collections::BTreeSet::new();
        for number in 0..20_000 {
            let key = format!("somebody-{number}@example.org");
            let stored = stored_key(&ours, SIGN_IN_ACCOUNT, &key);
            let place = stored.strip_prefix("sign-in-account:").unwrap();
            assert_eq!(place.len(), 5, "16^5 places: {stored}");
            assert!(u32::from_str_radix(place, 16).unwrap() < 1 << 20);
            counters.insert(stored);
        }
        assert!(counters.len() > 19_700, "hardly any share one: {}", counters.len());
        let differ =
            (0..100).filter(|number: &u8| ours.place_of(&number.to_string()) != others.place_of(&number.to_string()));
        assert!(differ.count() > 98, "who does not know the key knows no place");
    }

    #[test]
    fn the_wait_is_said_in_whole_minutes() {
        let said = |seconds| {
            TooMany {
                retry_after: SignedDuration::from_secs(seconds),
            }
            .to_string()
        };
        assert_eq!(said(20), "Too many tries. Please wait a minute and try again.");
        assert_eq!(
            said(14 * 60 + 1),
            "Too many tries. Please wait 15 minutes and try again."
        );
    }
}
