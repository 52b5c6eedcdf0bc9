//! How often payments are looked at because a page waits for them. Counted in memory, by each process for itself: a page that
//! is merely looked at writes nothing, and what is spared here are Stripe's limits, not somebody's secret.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// So often one order in every window. Beyond that its page waits for the news.
const LOOKS: u32 = 40;
/// The length of a window.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// So many orders in one window, so that memory has an end. The pages of further ones wait for the news.
const ORDERS: usize = 10_000;

/// Counts looks at payments. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct LookLimit(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    window: i64,
    looks: HashMap<Uuid, u32>,
}

impl LookLimit {
    /// Counts one more look at this order's payment, and says whether it may be taken.
    pub fn allows(&self, order_id: Uuid, now: Timestamp) -> bool {
        let window = now.as_second().div_euclid(WINDOW.as_secs());
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.window != window {
            *counted = Counted {
                window,
                looks: HashMap::new(),
            };
        }
        if counted.looks.len() >= ORDERS && !counted.looks.contains_key(&order_id) {
            return false;
        }
        let looks = counted.looks.entry(order_id).or_default();
        *looks = looks.saturating_add(1);
        *looks <= LOOKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_looked_at_so_often_and_then_in_the_next_window() {
        let limit = LookLimit::default();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let allowed = (0..100).filter(|_| limit.clone().allows(one, at(599))).count();
        assert_eq!(allowed, 40);
        assert!(limit.allows(other, at(599)) && limit.allows(one, at(600)));
    }

    #[test]
    fn a_crowd_of_orders_takes_no_more_memory_than_there_is_room_for() {
        let limit = LookLimit::default();
        let now = Timestamp::from_second(0).unwrap();
        let allowed = (0..50_000).filter(|id| limit.allows(Uuid::from_u128(*id), now)).count();
        assert_eq!(allowed, ORDERS);
        assert_eq!(limit.0.lock().unwrap().looks.len(), ORDERS);
        assert!(limit.allows(Uuid::from_u128(7), now), "those who were there go on");
    }
}
