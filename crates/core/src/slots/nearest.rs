//! What to offer instead, when the wanted time is gone.

use jiff::Timestamp;

use super::rules::Slot;

/// Up to `n` of the offered slots that start nearest to `wanted`, in order of time. Of two equally near ones the
/// earlier is taken.
pub fn nearest_slots(offered: &[Slot], wanted: Timestamp, n: usize) -> Vec<Slot> {
    let mut by_distance: Vec<Slot> = offered.to_vec();
    by_distance.sort_by_key(|slot| (slot.start.duration_since(wanted).abs(), slot.start));
    by_distance.truncate(n);
    by_distance.sort_unstable();
    by_distance
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(hour: i64) -> Slot {
        let at = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
        Slot {
            start: at(hour),
            end: at(hour + 1),
        }
    }

    #[test]
    fn nearest_first_shown_in_order_of_time() {
        let offered: Vec<Slot> = [1, 2, 8, 9, 11, 30].map(slot).to_vec();
        assert_eq!(nearest_slots(&offered, slot(10).start, 3), [8, 9, 11].map(slot));
        assert_eq!(nearest_slots(&offered, slot(10).start, 1), [9].map(slot));
        assert_eq!(nearest_slots(&offered, Timestamp::MAX, 9), offered);
        assert!(nearest_slots(&offered, slot(10).start, 0).is_empty());
        assert!(nearest_slots(&[], slot(10).start, 3).is_empty());
    }
}
