//! Participants of a thing in a cart: private, so that they are stored sealed.

use secrecy::{ExposeSecret, SecretString};
use timetap_core::orders::Participant;
use timetap_store::entities::cart_item;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What they are sealed for.
const PLACE: &str = "cart_items.participants_sealed";

/// Seals the participants of a thing; nothing where there are none.
pub(super) fn seal_participants(
    app: &TimeTap,
    item_id: Uuid,
    participants: &[Participant],
) -> Result<Option<String>, Unexpected> {
    if participants.is_empty() {
        return Ok(None);
    }
    let plain = serde_json::to_string(participants)
        .map_err(|error| Unexpected::Internal(format!("participants as JSON: {error}")))?;
    let sealed = app
        .keys
        .seal(&SecretString::from(plain), PLACE, item_id, &app.entropy)?;
    Ok(Some(sealed))
}

/// The participants of a thing, as far as they were given.
pub(super) fn open_participants(app: &TimeTap, item: &cart_item::Model) -> Result<Vec<Participant>, Unexpected> {
    let Some(sealed) = &item.participants_sealed else {
        return Ok(Vec::new());
    };
    let plain = app.keys.open(sealed, PLACE, item.id)?;
    serde_json::from_str(plain.expose_secret()).map_err(|_| Unexpected::Inconsistent(format!("{PLACE} of {}", item.id)))
}
