//! Changes how one is addressed.

use timetap_core::text::PersonName;
use timetap_store::accounts::change_user::set_name;
use uuid::Uuid;

use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Why the name stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// It is not a name; field `name`.
    #[error("the form needs attention")]
    Invalid(FieldErrors),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

/// Sets the name of this person's account. The name on a host's public page is another one and stays.
///
/// # Errors
/// See [`RenameError`].
pub async fn rename_account(app: &TimeTap, user_id: Uuid, name: &str) -> Result<(), RenameError> {
    let name =
        PersonName::parse(name).map_err(|error| RenameError::Invalid(FieldErrors::one("name", error.message)))?;
    set_name(app.db.writer(), user_id, name.as_str(), app.clock.now())
        .await
        .map_err(Unexpected::from)?;
    Ok(())
}
