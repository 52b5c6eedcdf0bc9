//! What an item needs to be had: somebody's time, a room, seats.

use jiff::Timestamp;
use uuid::Uuid;

/// An item that is to be claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The order item.
    pub item_id: Uuid,
    /// What it is called, for messages.
    pub title: String,
    /// What of.
    pub time: WantedTime,
}

/// Time at will, or seats of something that is dated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedTime {
    /// A start that the customer chose.
    Chosen {
        /// Who may serve, in the service's order; whoever has least to do on that day is asked first.
        staff: Vec<Uuid>,
        /// Rooms of which one is needed; empty where none is.
        rooms: Vec<Uuid>,
        /// When it begins.
        start: Timestamp,
        /// How long it lasts.
        minutes: u16,
    },
    /// Seats of a dated occurrence.
    Occurrence {
        /// Which.
        id: Uuid,
        /// How many.
        seats: i64,
    },
    /// Places in a weekly time.
    Template {
        /// Which.
        id: Uuid,
        /// How many.
        seats: i64,
    },
}
