//! What the forms of dates and weekly times have in common: who, where, how many.

use jiff::ToSpan;
use jiff::civil::Date;
use sea_orm::ConnectionTrait;
use timetap_core::text::FieldError;
use timetap_store::StoreError;
use timetap_store::catalogue::rooms::list_rooms;
use timetap_store::entities::service;
use timetap_store::hosts::find_service::find_service;
use uuid::Uuid;

use super::list_team::list_team;
use crate::hosts::{HostRefused, find_host_of, require_host_for};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The most seats of one date.
pub const MAX_SEATS: u32 = 1000;
/// How far ahead a date may lie, in years.
const YEARS_AHEAD: i32 = 3;

/// Why a date was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddDateError {
    /// What to do, by field.
    #[error("the date needs another look")]
    Invalid(FieldErrors),
    /// There is no such service, it is nobody's for whom this account may act, or it is of a kind without dates.
    #[error("There is no such service.")]
    NotFound,
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for AddDateError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// On whose page the service is, where `user_id` may act for them.
pub(super) async fn find_host(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    service_id: Uuid,
) -> Result<Uuid, AddDateError> {
    find_host_of(on, user_id, service_id)
        .await?
        .ok_or(AddDateError::NotFound)
}

/// Holds the host's row, for `user_id` who may act for them.
pub(super) async fn hold_host(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    user_id: Uuid,
    host_id: Uuid,
) -> Result<(), AddDateError> {
    if require_host_for(on, app, user_id, host_id).await? {
        Ok(())
    } else {
        Err(AddDateError::NotFound)
    }
}

/// The host's service, where it is of this kind.
pub(super) async fn find_dated_service(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    service_id: Uuid,
    kind: &str,
) -> Result<service::Model, AddDateError> {
    find_service(on, host_id, service_id)
        .await?
        .filter(|service| service.kind == kind)
        .ok_or(AddDateError::NotFound)
}

/// Who serves: somebody to whom `user_id`, who may act for the host, may give work; the host where nobody is named.
pub(super) async fn read_staff(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    (user_id, host_id): (Uuid, Uuid),
    text: &str,
    errors: &mut FieldErrors,
) -> Result<Option<Uuid>, Unexpected> {
    if text.trim().is_empty() {
        return Ok(Some(host_id));
    }
    let wanted: Option<Uuid> = text.trim().parse().ok();
    let team = list_team(on, app, user_id).await?;
    let found = wanted.filter(|id| team.iter().any(|member| member.user_id == *id));
    if found.is_none() {
        errors.add("staff", "Please choose somebody of your team.");
    }
    Ok(found)
}

/// The room; nothing where none is named.
pub(super) async fn read_room(
    on: &impl ConnectionTrait,
    text: &str,
    errors: &mut FieldErrors,
) -> Result<Option<Uuid>, Unexpected> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wanted: Option<Uuid> = text.trim().parse().ok();
    let rooms = list_rooms(on).await?;
    let found = wanted.filter(|id| rooms.iter().any(|room| room.id == *id && room.active));
    if found.is_none() {
        errors.add("room", "This room is not in use any more. Please choose another one.");
    }
    Ok(found)
}

/// A day from today on, as the browser's date field sends it.
pub(super) fn read_day(text: &str, today: Date) -> Result<Date, FieldError> {
    let date = crate::hosts::parse_plain_date(text.trim())
        .ok_or_else(|| FieldError::new("Please enter a day of the calendar, such as 2027-07-05."))?;
    if date < today {
        return Err(FieldError::new(
            "This day has passed. Please choose today or a later one.",
        ));
    }
    if date > today.saturating_add(YEARS_AHEAD.years()) {
        return Err(FieldError::new(
            "This day is more than three years ahead. Please choose an earlier one.",
        ));
    }
    Ok(date)
}
