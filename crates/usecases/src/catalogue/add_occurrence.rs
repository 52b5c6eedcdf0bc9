//! Adds a dated run of a camp: days, hours, who and where, and how many seats.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use timetap_core::orders::{CampDays, CampHours, ServiceKind};
use timetap_core::span::Span;
use timetap_core::text::FieldError;
use timetap_core::times::format_when_short;
use timetap_store::StoreError;
use timetap_store::catalogue::insert_dated::insert_occurrence;
use timetap_store::entities::occurrence;
use timetap_store::hosts::find_host::find_host as find_profile;
use uuid::Uuid;

use super::dated_fields::{
    AddDateError, MAX_SEATS, find_dated_service, find_host, hold_host, read_day, read_room, read_staff,
};
use super::take_days::{Busy, Who, find_busy, lock_named, take_days};
use crate::hosts::{HostView, parse_number, read_clock_time};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The most days of one run.
pub const MAX_DAYS: u32 = 60;

/// A run as typed.
#[derive(Clone, Debug, Default)]
pub struct OccurrenceForm {
    /// The first day, `YYYY-MM-DD`.
    pub first_date: String,
    /// How many days in a row.
    pub days: String,
    /// The text form of the hours: `day`, `all_day` or `timed`.
    pub hours: String,
    /// For hours of its own: from, `HH:MM`.
    pub from: String,
    /// For hours of its own: until; earlier than `from` means on the next day.
    pub until: String,
    /// Who serves; the host where nobody is named.
    pub staff: String,
    /// The room; may be empty.
    pub room: String,
    /// How many seats.
    pub seats: String,
}

/// Adds the run, and takes its days for the one who serves and the room. All times are in the host's zone.
///
/// # Errors
/// See [`AddDateError`]; where somebody is busy it says who and when.
pub async fn add_occurrence(
    app: &TimeTap,
    user_id: Uuid,
    service_id: Uuid,
    form: &OccurrenceForm,
) -> Result<Uuid, AddDateError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    let host_id = find_host(&txn, user_id, service_id).await?;
    lock_named(&txn, host_id, &form.staff, &form.room, now).await?;
    hold_host(&txn, app, user_id, host_id).await?;
    find_dated_service(&txn, host_id, service_id, ServiceKind::Camp.as_str()).await?;
    let host = find_profile(&txn, host_id).await?.ok_or(AddDateError::NotFound)?;
    let zone_name = HostView::from_row(host)?.time_zone;
    let zone = zone_name.time_zone();
    let mut errors = FieldErrors::new();
    let today = zone.to_datetime(now).date();
    let days = read_days(form, today, &mut errors);
    let seats = errors.take("seats", parse_number("The seats", &form.seats, 1, MAX_SEATS, "seats"));
    let staff_id = read_staff(&txn, app, (user_id, host_id), &form.staff, &mut errors).await?;
    let room_id = read_room(&txn, &form.room, &mut errors).await?;
    let (Some((hours, days)), Some(capacity), Some(staff_id), true) = (days, seats, staff_id, errors.is_empty()) else {
        return Err(AddDateError::Invalid(errors));
    };
    let spans = days
        .spans(zone)
        .map_err(|error| Unexpected::Internal(error.to_string()))?;
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else {
        return Err(AddDateError::Unexpected(Unexpected::Internal(
            "a camp without days".to_owned(),
        )));
    };
    if first.start <= now {
        let message = "It would have begun already. Please choose a later day.";
        return Err(AddDateError::Invalid(FieldErrors::one("first_date", message)));
    }
    let who = Who { staff_id, room_id };
    if let Some(busy) = find_busy(&txn, who, &spans, now).await? {
        return Err(AddDateError::Invalid(say_busy(busy, zone)));
    }
    let id = app.entropy.uuid(now);
    let row = occurrence::Model {
        id,
        service_id,
        staff_id,
        room_id,
        template_id: None,
        hours: hours.as_str().to_owned(),
        time_zone: zone_name.as_str().to_owned(),
        first_date: days.first.to_string(),
        days: days.days.into(),
        start_minute: days.from.into(),
        end_minute: days.until.into(),
        starts_at: first.start.into(),
        ends_at: last.end.into(),
        capacity,
        status: "scheduled".to_owned(),
        cancelled_at: None,
        cancelled_by: None,
        cancel_message: None,
        cancel_key: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    insert_occurrence(&txn, row).await?;
    take_days(&txn, app, id, who, &spans, now).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

fn read_days(form: &OccurrenceForm, today: Date, errors: &mut FieldErrors) -> Option<(CampHours, CampDays)> {
    let first = errors.take("first_date", read_day(&form.first_date, today));
    let days = errors.take(
        "days",
        parse_number("The number of days", &form.days, 1, MAX_DAYS, "days"),
    );
    let hours = form.hours.trim().parse::<CampHours>();
    let hours = errors.take(
        "hours",
        hours.map_err(|_| FieldError::new("Please choose the hours of each day.")),
    );
    let minutes = match hours?.minutes() {
        Some(minutes) => Some(minutes),
        None => read_own_hours(form, errors),
    };
    let (from, until) = minutes?;
    let days = CampDays {
        first: first?,
        days: u16::try_from(days?).ok()?,
        from,
        until,
    };
    Some((hours?, days))
}

/// From one minute of the day to another, on the next day where the clock says less.
fn read_own_hours(form: &OccurrenceForm, errors: &mut FieldErrors) -> Option<(u16, u16)> {
    let from = errors.take("from", read_clock_time(&form.from));
    let until = errors.take("until", read_clock_time(&form.until));
    let (from, until) = (from? % 1440, until?);
    if from == until {
        errors.add("until", "Please choose an end after the beginning.");
        return None;
    }
    Some((from, if until < from { until + 1440 } else { until }))
}

/// Who is busy and when, at its field.
pub(super) fn say_busy(busy: Busy, zone: &TimeZone) -> FieldErrors {
    let when = |span: Span| format_when_short(span, zone);
    match busy {
        Busy::Staff(span) => FieldErrors::one(
            "staff",
            format!(
                "There is another booking at that time: {}. Choose somebody else or other days, or move that booking first.",
                when(span)
            ),
        ),
        Busy::Room(span) => FieldErrors::one(
            "room",
            format!(
                "The room is taken at that time: {}. Choose another room or other days.",
                when(span)
            ),
        ),
    }
}
