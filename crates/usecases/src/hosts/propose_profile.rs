//! What stands in the profile's form before the first save.

use timetap_core::text::{Slug, ZoneName};
use uuid::Uuid;

use super::save_profile::ProfileForm;
use super::suggest_free_slug::suggest_free_slug;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A form with the person's name, a free address made from it, and the default zone.
///
/// # Errors
/// The database refuses.
pub async fn propose_profile(app: &TimeTap, user_id: Uuid, name: &str) -> Result<ProfileForm, Unexpected> {
    let wanted = Slug::suggest(name);
    let slug = suggest_free_slug(app.db.reader(), &wanted, user_id).await?;
    Ok(ProfileForm {
        display_name: name.to_owned(),
        slug: slug.unwrap_or(wanted).into(),
        time_zone: ZoneName::default().into(),
        ..ProfileForm::default()
    })
}
