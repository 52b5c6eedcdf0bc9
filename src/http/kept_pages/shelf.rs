//! Where pages are kept: all of one moment, within a limit of bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use metrics::{Counter, counter};
use timetap_store::Version;

use super::kept_page::KeptPage;

/// So much is kept, in bytes. When there is more, everything goes: what is asked for often is back at once.
const LIMIT: usize = 8 * 1024 * 1024;

/// A minute of the clock, without the instant at its beginning. The rules are in whole minutes: what is free changes when
/// one begins, and for some just after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute(i64);

impl Minute {
    pub fn of(now: Timestamp) -> Option<Self> {
        let millis = now.as_millisecond();
        (millis.rem_euclid(60_000) != 0).then(|| Self(millis.div_euclid(60_000)))
    }
}

/// A state of the database in a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment<V> {
    pub version: V,
    pub minute: Minute,
}

/// The pages that are kept. Clones share them.
#[derive(Clone, Debug)]
pub struct Shelf<V = Version> {
    kept: Arc<Mutex<Kept<V>>>,
    /// Answers with a page that was kept.
    pub(super) served: Counter,
    /// Pages that were made and kept.
    pub(super) made: Counter,
}

#[derive(Debug)]
struct Kept<V> {
    moment: Option<Moment<V>>,
    pages: HashMap<String, Arc<KeptPage>>,
    bytes: usize,
}

impl<V: PartialEq> Shelf<V> {
    /// An empty one, which counts where counting has begun.
    pub fn empty() -> Self {
        Self {
            kept: Arc::new(Mutex::new(Kept {
                moment: None,
                pages: HashMap::new(),
                bytes: 0,
            })),
            served: counter!("timetap_public_pages_total", "outcome" => "kept"),
            made: counter!("timetap_public_pages_total", "outcome" => "made"),
        }
    }

    /// The page of this address, where it was made in this very moment and has not changed by itself since.
    pub fn find(&self, moment: &Moment<V>, address: &str, now: Timestamp) -> Option<Arc<KeptPage>> {
        let kept = self.lock();
        if kept.moment.as_ref() != Some(moment) {
            return None;
        }
        kept.pages.get(address).filter(|page| page.holds_at(now)).cloned()
    }

    /// Keeps a page, and lets go of those of other moments.
    pub fn put(&self, moment: Moment<V>, address: String, page: KeptPage) -> Arc<KeptPage> {
        let page = Arc::new(page);
        let bytes = page.bytes() + address.len();
        let mut kept = self.lock();
        if kept.moment.as_ref() != Some(&moment) || kept.bytes + bytes > LIMIT {
            kept.pages.clear();
            kept.bytes = 0;
            kept.moment = Some(moment);
        }
        if bytes <= LIMIT {
            let length = address.len();
            kept.bytes += bytes;
            if let Some(before) = kept.pages.insert(address, page.clone()) {
                kept.bytes -= before.bytes() + length;
            }
        }
        page
    }

    fn lock(&self) -> MutexGuard<'_, Kept<V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use timetap_app::page::keeping;

    use super::*;

    fn page(body: &str, until: Option<Timestamp>) -> KeptPage {
        let kept = keeping::Kept { form_key: None, until };
        KeptPage::new(&HeaderMap::new(), body.as_bytes(), None, &kept).unwrap()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn moment(version: i64, now: Timestamp) -> Moment<i64> {
        let minute = Minute::of(now).unwrap();
        Moment { version, minute }
    }

    #[test]
    fn a_page_is_found_in_its_own_moment_only() {
        let shelf = Shelf::empty();
        let now = at(90_000);
        shelf.put(moment(1, now), "/anna".to_owned(), page("Anna", None));
        let finds = |moment: &Moment<i64>, address: &str, now: Timestamp| shelf.find(moment, address, now).is_some();
        assert!(finds(&moment(1, now), "/anna", now));
        assert!(finds(&moment(1, at(119_999)), "/anna", at(119_999)));
        assert!(!finds(&moment(1, now), "/ben", now));
        assert!(!finds(&moment(2, now), "/anna", now), "the database has changed");
        assert!(!finds(&moment(1, at(120_001)), "/anna", at(120_001)), "another minute");
        shelf.put(moment(2, now), "/ben".to_owned(), page("Ben", None));
        assert!(!finds(&moment(1, now), "/anna", now), "what was is let go");
    }

    #[test]
    fn the_instant_between_two_minutes_belongs_to_neither() {
        assert_eq!(Minute::of(at(120_000)), None);
        assert_ne!(Minute::of(at(119_999)), Minute::of(at(120_001)));
        assert_eq!(Minute::of(at(-60_000)), None);
        assert_ne!(Minute::of(at(-1)), Minute::of(at(1)));
    }

    #[test]
    fn a_page_that_changes_by_itself_holds_until_then() {
        let shelf = Shelf::empty();
        let (now, end) = (at(90_000), at(95_000));
        shelf.put(moment(1, now), "/anna".to_owned(), page("Anna", Some(end)));
        assert!(shelf.find(&moment(1, now), "/anna", at(94_999)).is_some());
        assert!(shelf.find(&moment(1, now), "/anna", end).is_none());
    }

    #[test]
    fn it_never_keeps_more_than_its_limit() {
        let shelf = Shelf::empty();
        let now = at(90_000);
        let large = "x".repeat(LIMIT / 3);
        for (number, stay) in [1, 2, 1, 2, 1].into_iter().enumerate() {
            shelf.put(moment(1, now), format!("/{number}"), page(&large, None));
            let kept = shelf.lock();
            assert!(kept.bytes <= LIMIT, "{number}: {}", kept.bytes);
            assert_eq!(kept.pages.len(), stay, "{number}");
        }
        // The same address again takes the place of what was there.
        shelf.put(moment(1, now), "/4".to_owned(), page("small", None));
        assert!(shelf.lock().bytes < 10_000, "{}", shelf.lock().bytes);
        // What is too large by itself is not kept at all.
        shelf.put(moment(1, now), "/5".to_owned(), page(&"x".repeat(LIMIT + 1), None));
        assert!(shelf.find(&moment(1, now), "/5", now).is_none());
    }
}
