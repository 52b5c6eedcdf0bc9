//! Opens what a mail says beyond its appointment.

use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use timetap_store::entities::message;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The payload of `mail`, opened and parsed.
///
/// # Errors
/// There is none, it does not open, or it is of another kind.
pub(super) fn read_payload<T: DeserializeOwned>(app: &TimeTap, mail: &message::Model) -> Result<T, Unexpected> {
    let sealed = mail
        .payload_sealed
        .as_deref()
        .ok_or_else(|| Unexpected::Inconsistent(format!("message {} has no payload", mail.id)))?;
    let plain = app.keys.open(sealed, "messages.payload_sealed", mail.id)?;
    serde_json::from_str(plain.expose_secret())
        .map_err(|_| Unexpected::Inconsistent(format!("messages.payload_sealed of {}", mail.id)))
}
