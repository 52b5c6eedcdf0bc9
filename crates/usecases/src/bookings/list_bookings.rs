//! Bookings of a host or a customer, a page at a time.

use timetap_store::bookings::list_appointments::{AppointmentQuery, list_appointments};
pub use timetap_store::bookings::list_appointments::{Party, Shelf};
use timetap_store::entities::appointment;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How many bookings stand on a page.
pub const PAGE_SIZE: u64 = 20;

/// A page of bookings.
#[derive(Clone, Debug)]
pub struct BookingPage {
    /// The bookings, in the order of their shelf.
    pub bookings: Vec<appointment::Model>,
    /// Which page this is, from 1.
    pub page: u64,
    /// How many pages there are; at least 1.
    pub pages: u64,
    /// How many bookings there are in all.
    pub total: u64,
}

/// Page `page` (from 1) of the bookings of `party` on `shelf` whose customer's name or address holds `search`.
///
/// # Errors
/// The database refuses.
pub async fn list_bookings(
    app: &TimeTap,
    party: Party,
    shelf: Shelf,
    search: &str,
    page: u64,
) -> Result<BookingPage, Unexpected> {
    let search: String = search.trim().chars().take(100).collect();
    let page = page.clamp(1, 100_000);
    let question = AppointmentQuery {
        party,
        shelf,
        search: Some(search),
        offset: (page - 1) * PAGE_SIZE,
        limit: PAGE_SIZE,
    };
    let (bookings, total) = list_appointments(app.db.reader(), &question, app.clock.now()).await?;
    Ok(BookingPage {
        bookings,
        page,
        pages: total.div_ceil(PAGE_SIZE).max(1),
        total,
    })
}
