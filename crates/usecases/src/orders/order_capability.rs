//! The token that lets a customer without an account see and change one order.

use timetap_store::entities::order;
use uuid::Uuid;

use crate::platform::capability::{self, NewCapability, open_sealed};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Where the sealed copy stands, which links in mails and calendars are made from.
const PLACE: &str = "orders.capability_sealed";

pub(super) fn make_capability(app: &TimeTap, order_id: Uuid) -> Result<NewCapability, Unexpected> {
    capability::make_capability(app, PLACE, order_id)
}

/// The token of an order, for a link that goes to its customer.
///
/// # Errors
/// The key that it was sealed with is not configured, or the row was tampered with.
pub fn open_capability(app: &TimeTap, order: &order::Model) -> Result<String, Unexpected> {
    open_sealed(app, &order.capability_sealed, PLACE, order.id)
}
