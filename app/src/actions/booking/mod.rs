//! Forms of the booking pages.

mod book;
mod change_booking;

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("/{slug}/{service}", book::book),
        ("/bookings/{id}/reschedule", change_booking::reschedule),
        ("/bookings/{id}/cancel", change_booking::cancel),
    ]
}
