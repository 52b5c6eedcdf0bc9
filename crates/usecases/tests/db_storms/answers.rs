//! What people were told, in the order in which it can have happened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use timetap_usecases::bookings::Booked;

/// A change that was promised, and the moments between which it took place.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// The new start in minutes; `None` where it was cancelled.
    pub start: Option<i64>,
    pub began: u64,
    pub ended: u64,
}

/// A booking as its people know it.
#[derive(Clone, Debug)]
pub struct Known {
    pub booked: Booked,
    pub service: usize,
    pub start: i64,
    pub changes: Vec<Change>,
}

impl Known {
    pub fn cancelled(&self) -> bool {
        self.changes.iter().any(|change| change.start.is_none())
    }

    pub fn moves(&self) -> Vec<Change> {
        let moves = self.changes.iter().copied();
        moves.filter(|change| change.start.is_some()).collect()
    }

    /// The starts at which it may stand: what was promised last, where it is certain which one that is.
    pub fn possible_starts(&self) -> Vec<i64> {
        let moves = self.moves();
        if moves.is_empty() {
            return vec![self.start];
        }
        let is_last = |change: &&Change| !moves.iter().any(|later| later.began > change.ended);
        moves.iter().filter(is_last).filter_map(|change| change.start).collect()
    }
}

/// All answers of a storm.
#[derive(Debug, Default)]
pub struct Answers {
    known: Mutex<Vec<Known>>,
    moment: AtomicU64,
}

impl Answers {
    /// A moment, later than all before.
    pub fn moment(&self) -> u64 {
        self.moment.fetch_add(1, Ordering::SeqCst)
    }

    pub fn booked(&self, booked: Booked, service: usize, start: i64) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(Known {
            booked,
            service,
            start,
            changes: Vec::new(),
        });
    }

    /// One of the bookings made so far, with its place.
    pub fn pick(&self, which: i64) -> Option<(usize, Known)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let count = i64::try_from(known.len()).unwrap();
        let place = usize::try_from(which.checked_rem(count)?).unwrap();
        Some((place, known[place].clone()))
    }

    pub fn changed(&self, place: usize, change: Change) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)[place]
            .changes
            .push(change);
    }

    pub fn all(&self) -> Vec<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
