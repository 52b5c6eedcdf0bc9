//! A booking that its customer opens in order to change it.

use timetap_usecases::TimeTap;
use timetap_usecases::bookings::{Actor, BookingView, view_booking};
use uuid::Uuid;

use crate::page::form::Values;
use crate::page::loading::PageError;
use crate::page::viewer::Viewer;

/// The booking, for the customer by token or account, and the way back to its page.
///
/// # Errors
/// There is none that they may open, or something broke.
pub async fn own_booking(
    app: &TimeTap,
    id: Uuid,
    query: &Values,
    viewer: Option<Viewer>,
) -> Result<(BookingView, String), PageError> {
    let actor = Actor::Customer {
        capability: query.get("token"),
        user_id: viewer.map(|viewer| viewer.user_id),
    };
    let booking = view_booking(app, id, &actor).await?.ok_or(PageError::NotFound)?;
    let back = format!("/bookings/{id}?token={}", booking.capability);
    Ok((booking, back))
}
