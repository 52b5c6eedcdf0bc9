//! Tokens that let a customer without an account see and change one thing: a booking, or an order.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// A new token: for the link, for the lookup, and sealed for later links.
pub(crate) struct NewCapability {
    pub(crate) token: String,
    pub(crate) hash: String,
    pub(crate) sealed: String,
}

/// A token for the row `id`, sealed for the column `place`.
pub(crate) fn make_capability(app: &TimeTap, place: &str, id: Uuid) -> Result<NewCapability, Unexpected> {
    let token = app.entropy.token();
    let sealed = app
        .keys
        .seal(&SecretString::from(token.clone()), place, id, &app.entropy)?;
    Ok(NewCapability {
        hash: token_hash(&token),
        token,
        sealed,
    })
}

/// The token that was sealed for the row `id` and the column `place`.
pub(crate) fn open_sealed(app: &TimeTap, sealed: &str, place: &str, id: Uuid) -> Result<String, Unexpected> {
    Ok(app.keys.open(sealed, place, id)?.expose_secret().to_owned())
}
