//! Saves what a host shows of themselves; the first time makes the host, bookable at once.

use jiff::Timestamp;
use timetap_core::text::{PersonName, PhoneNumber, Slug, ZoneName, is_reserved, parse_optional_block};
use timetap_store::StoreError;
use timetap_store::entities::{host, schedule_window, service};
use timetap_store::hosts::find_host::find_host_by_slug;
use timetap_store::hosts::insert_host::insert_host;
use timetap_store::hosts::insert_service::insert_service;
use timetap_store::hosts::replace_windows::replace_windows;
use timetap_store::hosts::update_profile::{StoredProfile, update_profile};
use uuid::Uuid;

use super::host_view::BookingRules;
use super::require_host::{HostRefused, require_bookable};
use super::suggest_free_slug::suggest_free_slug;
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The longest text about oneself, in characters.
pub const MAX_ABOUT: usize = 2000;

/// The profile as typed.
#[derive(Clone, Debug, Default)]
pub struct ProfileForm {
    /// The name shown to customers.
    pub display_name: String,
    /// The address below the site's root.
    pub slug: String,
    /// IANA name of the zone.
    pub time_zone: String,
    /// A few words, or nothing.
    pub about: String,
    /// A telephone number, or nothing.
    pub phone: String,
}

/// What saving did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProfile {
    /// The public address.
    pub slug: String,
    /// Whether this was the first time.
    pub created: bool,
}

/// Why the profile was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveProfileError {
    /// What to do, by field.
    #[error("the profile needs another look")]
    Invalid(FieldErrors),
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveProfileError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Saves the profile of `user_id`. At the first save the host starts with Monday to Friday 09:00–17:00, one service of an
/// hour, and [`BookingRules::default`].
///
/// # Errors
/// See [`SaveProfileError`].
pub async fn save_profile(app: &TimeTap, user_id: Uuid, form: ProfileForm) -> Result<SavedProfile, SaveProfileError> {
    require_bookable(app.db.reader(), user_id).await?;
    let (profile, slug) = match parse(&form) {
        Ok(parsed) => parsed,
        Err(mut errors) => {
            suggest_for_reserved(app, user_id, &form.slug, &mut errors).await?;
            return Err(SaveProfileError::Invalid(errors));
        }
    };
    // A second try, as two first saves of one account may cross: the later one is then an update.
    for _ in 0..2 {
        match try_save(app, user_id, &profile).await {
            Ok(created) => {
                return Ok(SavedProfile {
                    slug: profile.slug,
                    created,
                });
            }
            Err(StoreError::Duplicate(_)) => {
                let owner = find_host_by_slug(app.db.reader(), &profile.slug).await?;
                if owner.is_some_and(|owner| owner.user_id != user_id) {
                    return Err(SaveProfileError::Invalid(taken(app, user_id, &slug).await?));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Unexpected::Internal("saving a profile met a duplicate twice".to_owned()).into())
}

fn parse(form: &ProfileForm) -> Result<(StoredProfile, Slug), FieldErrors> {
    let mut errors = FieldErrors::new();
    let display_name = errors.take("display_name", PersonName::parse(&form.display_name));
    let slug = errors.take("slug", Slug::parse(&form.slug));
    let zone = errors.take("time_zone", ZoneName::parse(&form.time_zone));
    let about = errors.take(
        "about",
        parse_optional_block("The text about you", &form.about, MAX_ABOUT),
    );
    let phone = match form.phone.trim() {
        "" => Some(None),
        phone => errors.take("phone", PhoneNumber::parse(phone)).map(Some),
    };
    match (display_name, slug, zone, about, phone) {
        (Some(display_name), Some(slug), Some(zone), Some(about), Some(phone)) if errors.is_empty() => Ok((
            StoredProfile {
                slug: slug.to_string(),
                display_name: display_name.into(),
                time_zone: zone.into(),
                about: about.unwrap_or_default(),
                phone: phone.map(Into::into),
            },
            slug,
        )),
        _ => Err(errors),
    }
}

/// Adds a free address to the complaint about a reserved one.
async fn suggest_for_reserved(
    app: &TimeTap,
    user_id: Uuid,
    wanted: &str,
    errors: &mut FieldErrors,
) -> Result<(), Unexpected> {
    let wanted = wanted.trim();
    if !is_reserved(wanted) {
        return Ok(());
    }
    let Some(free) = suggest_free_slug(app.db.reader(), &Slug::suggest(wanted), user_id).await? else {
        return Ok(());
    };
    // Made anew, as the complaints stand in the order of the form.
    let mut with_suggestion = FieldErrors::new();
    for (field, message) in errors.iter() {
        if field == "slug" {
            let message = format!("“{wanted}” is kept for TimeTap itself. “{free}” is free.");
            with_suggestion.add(field, message);
        } else {
            with_suggestion.add(field, message);
        }
    }
    *errors = with_suggestion;
    Ok(())
}

async fn taken(app: &TimeTap, user_id: Uuid, slug: &Slug) -> Result<FieldErrors, Unexpected> {
    let message = match suggest_free_slug(app.db.reader(), slug, user_id).await? {
        Some(free) => format!("“{slug}” is taken. “{free}” is free."),
        None => format!("“{slug}” is taken. Please choose another."),
    };
    Ok(FieldErrors::one("slug", message))
}

/// Updates the profile, or makes the host with all that it starts with. Returns whether it was made.
async fn try_save(app: &TimeTap, user_id: Uuid, profile: &StoredProfile) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let created = !update_profile(&txn, user_id, profile.clone(), now).await?;
    if created {
        insert_host(&txn, new_host(user_id, profile, now)).await?;
        replace_windows(&txn, user_id, default_windows(app, user_id, now)).await?;
        insert_service(&txn, default_service(app, user_id, now)).await?;
    }
    txn.commit().await?;
    Ok(created)
}

fn new_host(user_id: Uuid, profile: &StoredProfile, now: Timestamp) -> host::Model {
    let rules = BookingRules::default();
    host::Model {
        user_id,
        slug: profile.slug.clone(),
        display_name: profile.display_name.clone(),
        time_zone: profile.time_zone.clone(),
        about: profile.about.clone(),
        phone: profile.phone.clone(),
        buffer_before_minutes: rules.buffer_before.into(),
        buffer_after_minutes: rules.buffer_after.into(),
        minimum_notice_minutes: rules.minimum_notice.into(),
        horizon_days: rules.horizon_days.into(),
        slot_interval_minutes: rules.slot_interval.into(),
        daily_limit: rules.daily_limit.map(Into::into),
        change_cutoff_minutes: rules.change_cutoff.into(),
        when_calendar_unknown: rules.when_calendar_unknown.as_str().to_owned(),
        created_at: now.into(),
        updated_at: now.into(),
    }
}

/// Monday to Friday, 09:00–17:00.
fn default_windows(app: &TimeTap, host_id: Uuid, now: Timestamp) -> Vec<schedule_window::Model> {
    (1..=5)
        .map(|weekday| schedule_window::Model {
            id: app.entropy.uuid(now),
            host_id,
            weekday,
            start_minute: 9 * 60,
            end_minute: 17 * 60,
        })
        .collect()
}

fn default_service(app: &TimeTap, host_id: Uuid, now: Timestamp) -> service::Model {
    service::Model {
        id: app.entropy.uuid(now),
        host_id,
        kind: "session".to_owned(),
        slug: "one-hour-session".to_owned(),
        title: "One-hour session".to_owned(),
        description: String::new(),
        duration_minutes: 60,
        price_minor: 0,
        currency: "EUR".to_owned(),
        location_kind: "google_meet".to_owned(),
        location_detail: String::new(),
        questions: serde_json::json!([]),
        refund_until_minutes: 1440,
        late_refund_percent: 0,
        active: true,
        position: 1,
        created_at: now.into(),
        updated_at: now.into(),
    }
}
