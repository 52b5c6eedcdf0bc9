//! The id in a page's address. Both are called before the first await of a page, and answered within it:
//! `let asked = host_and_id(); load_page(async move { let (viewer, id) = asked?; … })`.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::loading::PageError;
use super::viewer::{Viewer, require_host};

/// The id that the address names.
///
/// # Errors
/// What stands there is no id, so that there is nothing at this address.
pub fn address_id() -> Result<Uuid, PageError> {
    let id = use_params_map().read_untracked().get("id");
    id.and_then(|id| id.parse().ok()).ok_or(PageError::NotFound)
}

/// The signed-in host, and the id.
///
/// # Errors
/// Nobody is signed in, or somebody who is not booked by others; or see [`address_id`].
pub fn host_and_id() -> Result<(Viewer, Uuid), PageError> {
    let viewer = require_host()?;
    Ok((viewer, address_id()?))
}
