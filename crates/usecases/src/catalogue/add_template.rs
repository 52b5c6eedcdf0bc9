//! Adds a weekly time: the weekday, from when until when, who and where, and how many places.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};
use timetap_core::orders::ServiceKind;
use timetap_core::text::FieldError;
use timetap_store::StoreError;
use timetap_store::catalogue::insert_dated::insert_template;
use timetap_store::entities::recurring_template;
use timetap_store::hosts::find_host::find_host as find_profile;
use uuid::Uuid;

use super::add_occurrence::say_busy;
use super::dated_fields::{
    AddDateError, MAX_SEATS, find_dated_service, find_host, hold_host, read_day, read_room, read_staff,
};
use super::plan_template::plan_template;
use super::take_days::{Busy, lock_named};
use super::weekly_time::WeeklyTime;
use crate::hosts::{HostView, parse_number, read_clock_time};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;

/// A first date is looked for so far ahead: further than a day can be named.
const FAR: SignedDuration = SignedDuration::from_hours(4 * 366 * 24);

/// A weekly time as typed.
#[derive(Clone, Debug, Default)]
pub struct TemplateForm {
    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub weekday: String,
    /// When it begins, `HH:MM`.
    pub from: String,
    /// From which day on, `YYYY-MM-DD`; today where nothing is said.
    pub first_date: String,
    /// Until which day; may be empty for an open end.
    pub last_date: String,
    /// Who serves; the host where nobody is named.
    pub staff: String,
    /// The room; may be empty.
    pub room: String,
    /// How many places.
    pub seats: String,
}

/// Adds the weekly time with its dates of the next weeks. It lasts as long as its service, in the host's zone.
///
/// # Errors
/// See [`AddDateError`]; where somebody is busy on one of its dates it says who and when.
pub async fn add_template(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    form: &TemplateForm,
) -> Result<Uuid, AddDateError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let host_id = find_host(&txn, user_id, service_id).await?;
    lock_named(&txn, host_id, &form.staff, &form.room, now).await?;
    hold_host(&txn, app, user_id, host_id).await?;
    let service = find_dated_service(&txn, host_id, service_id, ServiceKind::Subscription.as_str()).await?;
    let host = find_profile(&txn, host_id).await?.ok_or(AddDateError::NotFound)?;
    let zone_name = HostView::from_row(host)?.time_zone;
    let zone = zone_name.time_zone();
    let mut errors = FieldErrors::new();
    let when = read_when(form, zone.to_datetime(now).date(), &mut errors);
    let seats = errors.take("seats", parse_number("The places", &form.seats, 1, MAX_SEATS, "places"));
    let staff_id = read_staff(&txn, app, (user_id, host_id), &form.staff, &mut errors).await?;
    let room_id = read_room(&txn, &form.room, &mut errors).await?;
    let (Some(when), Some(capacity), Some(staff_id), true) = (when, seats, staff_id, errors.is_empty()) else {
        return Err(AddDateError::Invalid(errors));
    };
    let template = recurring_template::Model {
        id: app.entropy.uuid(now),
        service_id,
        staff_id,
        room_id,
        weekday: when.weekday.to_monday_one_offset().into(),
        start_minute: when.start_minute.into(),
        duration_minutes: service.duration_minutes,
        time_zone: zone_name.as_str().to_owned(),
        first_date: when.first.to_string(),
        last_date: when.last.map(|last| last.to_string()),
        capacity,
        active: true,
        planned_until: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    let far = now.saturating_add(FAR).unwrap_or(now);
    if WeeklyTime::read(&template)?.weeks(now, far)?.is_empty() {
        let message = "There is no such weekday between these days. Please choose a later end.";
        return Err(AddDateError::Invalid(FieldErrors::one("last_date", message)));
    }
    insert_template(&txn, template.clone()).await?;
    if let Some(span) = plan_template(&txn, app, &template).await?.first() {
        return Err(AddDateError::Invalid(say_busy(Busy::Staff(*span), zone)));
    }
    txn.commit().await.map_err(StoreError::from)?;
    Ok(template.id)
}

struct When {
    weekday: Weekday,
    start_minute: u16,
    first: Date,
    last: Option<Date>,
}

fn read_when(form: &TemplateForm, today: Date, errors: &mut FieldErrors) -> Option<When> {
    let weekday = form.weekday.trim().parse().ok();
    let weekday = weekday.and_then(|day| Weekday::from_monday_one_offset(day).ok());
    let weekday = errors.take(
        "weekday",
        weekday.ok_or_else(|| FieldError::new("Please choose the day of the week.")),
    );
    let start = errors.take("from", read_clock_time(&form.from));
    let first = match form.first_date.trim() {
        "" => Some(today),
        text => errors.take("first_date", read_day(text, today)),
    };
    let last = match form.last_date.trim() {
        "" => Some(None),
        text => errors.take("last_date", read_day(text, today)).map(Some),
    };
    let when = When {
        weekday: weekday?,
        start_minute: start? % 1440,
        first: first?,
        last: last?,
    };
    if when.last.is_some_and(|last| last < when.first) {
        errors.add("last_date", "It would end before it begins. Please choose a later end.");
        return None;
    }
    Some(when)
}
