//! The token that lets a customer without an account see and change one order.

use secrecy::{ExposeSecret, SecretString};
use timetap_store::entities::order;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Where the sealed copy stands, which links in mails and calendars are made from.
const PLACE: &str = "orders.capability_sealed";

/// A new token: for the link, for the lookup, and sealed for later links.
pub(super) struct NewCapability {
    pub(super) token: String,
    pub(super) hash: String,
    pub(super) sealed: String,
}

pub(super) fn make_capability(app: &TimeTap, order_id: Uuid) -> Result<NewCapability, Unexpected> {
    let token = app.entropy.token();
    let plain = SecretString::from(token.clone());
    Ok(NewCapability {
        hash: token_hash(&token),
        sealed: app.keys.seal(&plain, PLACE, order_id, &app.entropy)?,
        token,
    })
}

/// The token of an order, for a link that goes to its customer.
///
/// # Errors
/// The key that it was sealed with is not configured, or the row was tampered with.
pub fn open_capability(app: &TimeTap, order: &order::Model) -> Result<String, Unexpected> {
    let token = app.keys.open(&order.capability_sealed, PLACE, order.id)?;
    Ok(token.expose_secret().to_owned())
}
