//! Why an item cannot be had.

use timetap_core::slots::Refusal;
use uuid::Uuid;

/// Why an item cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemRefusal {
    /// Nobody of those who may serve can be booked then; the reason of whoever came nearest to it.
    Time(Refusal),
    /// All rooms are taken then.
    NoRoom,
    /// There are not as many seats left.
    Seats {
        /// How many there are.
        left: i64,
    },
    /// Its date was called off.
    CalledOff,
    /// It is not offered any more, or has begun.
    Gone,
}

impl ItemRefusal {
    /// The sentence for the customer, about something of this title.
    pub fn message(self, title: &str) -> String {
        match self {
            Self::Time(refusal) => format!("“{title}”: {}", refusal.customer_message()),
            Self::NoRoom => format!("“{title}”: all rooms are taken at this time. Please choose another."),
            Self::Seats { left: 0 } => format!("“{title}” is full. Please choose another date."),
            Self::Seats { left: 1 } => format!("“{title}” has one seat left. Please take one, or choose another date."),
            Self::Seats { left } => {
                format!("“{title}” has {left} seats left. Please take fewer, or choose another date.")
            }
            Self::CalledOff => format!("“{title}”: this date was called off. Please choose another date."),
            Self::Gone => format!("“{title}” is not offered any more. Please remove it."),
        }
    }
}

/// An item that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedItem {
    /// The order item.
    pub item_id: Uuid,
    /// What it is called.
    pub title: String,
    /// Why.
    pub refusal: ItemRefusal,
}

impl RefusedItem {
    /// The sentence for the customer.
    pub fn message(&self) -> String {
        self.refusal.message(&self.title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let refusals = [
            ItemRefusal::Time(Refusal::Booked),
            ItemRefusal::NoRoom,
            ItemRefusal::Seats { left: 0 },
            ItemRefusal::Seats { left: 1 },
            ItemRefusal::Seats { left: 3 },
            ItemRefusal::CalledOff,
            ItemRefusal::Gone,
        ];
        for refusal in refusals {
            let message = refusal.message("Summer camp");
            assert!(
                message.starts_with("“Summer camp”") && message.contains("Please"),
                "{message}"
            );
        }
    }
}
