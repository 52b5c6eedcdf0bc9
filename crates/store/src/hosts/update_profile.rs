//! Changes what a host shows of themselves.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::host;
use crate::error::StoreError;

/// The public profile, as it is stored.
#[derive(Clone, Debug)]
pub struct StoredProfile {
    /// The address below the site's root.
    pub slug: String,
    /// The name shown to customers.
    pub display_name: String,
    /// IANA name of the host's zone.
    pub time_zone: String,
    /// A few words about the host; may be empty.
    pub about: String,
    /// A telephone number for customers.
    pub phone: Option<String>,
}

/// Writes the profile of an existing host. Returns whether there is one; a taken address is [`StoreError::Duplicate`].
///
/// # Errors
/// See above, or the database refuses.
pub async fn update_profile(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    profile: StoredProfile,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = host::Entity::update_many()
        .set(host::ActiveModel {
            slug: Set(profile.slug),
            display_name: Set(profile.display_name),
            time_zone: Set(profile.time_zone),
            about: Set(profile.about),
            phone: Set(profile.phone),
            updated_at: Set(now.into()),
            ..Default::default()
        })
        .filter(host::Column::UserId.eq(user_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
