//! Changes what is dated: more or fewer seats, a weekly time closed to newcomers or opened again.

use sea_orm::ConnectionTrait;
use timetap_store::StoreError;
use timetap_store::catalogue::change_occurrence as store;
use timetap_store::orders::find_dated::{find_occurrence, find_template};
use timetap_store::orders::lock_resources::{Resources, lock_resources};
use timetap_store::orders::seats::{SeatPool, count_seats, pack_seats};
use uuid::Uuid;

use super::dated_fields::{AddDateError, MAX_SEATS, find_host, hold_host};
use super::plan_template::plan_template;
use super::take_days::lock;
use crate::hosts::{parse_number, require_host_of};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// A date.
    Occurrence(Uuid),
    /// A weekly time.
    Template(Uuid),
}

/// Sets how many seats there are, `seats` as typed. Those that are taken stay.
///
/// # Errors
/// See [`AddDateError`].
pub async fn change_seats(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    dated: Dated,
    seats: &str,
) -> Result<(), AddDateError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    require_host_of(&txn, app, user_id, service_id)
        .await?
        .ok_or(AddDateError::NotFound)?;
    let capacity = parse_number("The seats", seats, 1, MAX_SEATS, "seats")
        .map_err(|error| AddDateError::Invalid(FieldErrors::one("seats", error.message)))?;
    let (mut resources, pool) = (Resources::default(), pool_of(dated));
    match dated {
        Dated::Occurrence(id) => resources.occurrences.insert(id),
        Dated::Template(id) => resources.templates.insert(id),
    };
    lock_resources(&txn, &resources).await?;
    require_own(&txn, service_id, dated).await?;
    // Taken seats are numbered from 1 first, so that as few as are taken can be left.
    let taken = pack_seats(&txn, pool, now).await?;
    if capacity < taken {
        let message = format!("{taken} are taken already. Please leave at least as many.");
        return Err(AddDateError::Invalid(FieldErrors::one("seats", message)));
    }
    match dated {
        Dated::Occurrence(id) => store::set_occurrence_capacity(&txn, id, capacity, now).await?,
        Dated::Template(id) => store::set_template_capacity(&txn, id, capacity, now).await?,
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Offers the weekly time to newcomers, or not any more. Who has a place keeps it, and its dates with it; dates that nobody
/// has used are given back.
///
/// # Errors
/// See [`AddDateError`].
pub async fn set_template_active(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    template_id: Uuid,
    active: bool,
) -> Result<(), AddDateError> {
    let now = app.clock.now();
    let Some(template) = find_template(app.db.reader(), template_id).await? else {
        return Err(AddDateError::NotFound);
    };
    let txn = app.db.begin().await?;
    let host_id = find_host(&txn, user_id, service_id).await?;
    lock(
        &txn,
        [host_id, template.staff_id].into(),
        template.room_id,
        Some(template_id),
        now,
    )
    .await?;
    hold_host(&txn, app, user_id, host_id).await?;
    require_own(&txn, service_id, Dated::Template(template_id)).await?;
    store::set_template_active(&txn, template_id, active, now).await?;
    let places = count_seats(&txn, SeatPool::Template(template_id), now).await?;
    if active {
        // What is taken by something else is tried again every day.
        plan_template(&txn, app, &template).await?;
    } else if places.is_none_or(|places| places.free == places.capacity) {
        store::remove_unused_dates(&txn, template_id, now).await?;
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn pool_of(dated: Dated) -> SeatPool {
    match dated {
        Dated::Occurrence(id) => SeatPool::Occurrence(id),
        Dated::Template(id) => SeatPool::Template(id),
    }
}

/// Checks that it belongs to the service.
async fn require_own(on: &impl ConnectionTrait, service_id: Uuid, dated: Dated) -> Result<(), AddDateError> {
    let of = match dated {
        Dated::Occurrence(id) => find_occurrence(on, id)
            .await?
            .filter(|occurrence| occurrence.status == "scheduled")
            .map(|occurrence| occurrence.service_id),
        Dated::Template(id) => find_template(on, id).await?.map(|template| template.service_id),
    };
    if of == Some(service_id) {
        Ok(())
    } else {
        Err(AddDateError::NotFound)
    }
}
