//! What stands in the profile's form before the first save.

use timetap_core::text::{Slug, ZoneName};
use uuid::Uuid;

use super::save_profile::ProfileForm;
use super::suggest_free_slug::suggest_free_slug;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// What is proposed.
#[derive(Clone, Debug)]
pub struct ProposedProfile {
    /// The form, filled in.
    pub form: ProfileForm,
    /// Whether its zone is the one that the browser said; else it is the default, which may well be wrong.
    pub zone_is_known: bool,
}

/// A form with the person's name, a free address made from it, and the zone `browser_zone`. Where the browser said none, or
/// none that exists, it is the default zone.
///
/// # Errors
/// The database refuses.
pub async fn propose_profile(
    app: &TimeTap,
    user_id: Uuid,
    name: &str,
    browser_zone: Option<&str>,
) -> Result<ProposedProfile, Unexpected> {
    let zone = browser_zone.and_then(|name| ZoneName::parse(name).ok());
    let wanted = Slug::suggest(name);
    let slug = suggest_free_slug(app.db.reader(), &wanted, user_id).await?;
    Ok(ProposedProfile {
        zone_is_known: zone.is_some(),
        form: ProfileForm {
            display_name: name.to_owned(),
            slug: slug.unwrap_or(wanted).into(),
            time_zone: zone.unwrap_or_default().into(),
            ..ProfileForm::default()
        },
    })
}
