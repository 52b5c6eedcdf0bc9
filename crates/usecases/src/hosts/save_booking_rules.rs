//! Saves when and how often a host can be booked, besides the hours.

use timetap_core::slots::{MAX_INTERVAL, MIN_INTERVAL};
use timetap_core::text::FieldError;
use timetap_store::StoreError;
use timetap_store::hosts::update_booking_rules::{StoredBookingRules, update_booking_rules};
use uuid::Uuid;

use super::host_view::{BookingRules, CalendarPolicy};
use super::require_host::{HostRefused, require_host};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Longest break beside a booking, in minutes.
pub const MAX_BUFFER: u32 = 1440;
/// Longest notice and cutoff, in minutes: a year.
pub const MAX_NOTICE: u32 = 525_600;
/// Furthest horizon, in days.
pub const MAX_HORIZON: u32 = 730;
/// Highest daily limit.
pub const MAX_DAILY_LIMIT: u32 = 1000;

/// The rules as typed: whole numbers, minutes but where said otherwise.
#[derive(Clone, Debug, Default)]
pub struct BookingRulesForm {
    /// Kept free before a booking.
    pub buffer_before: String,
    /// Kept free after a booking.
    pub buffer_after: String,
    /// Between booking and start, at least.
    pub minimum_notice: String,
    /// Days ahead, at most.
    pub horizon_days: String,
    /// Between two start times.
    pub slot_interval: String,
    /// Bookings a day, at most; empty for no limit.
    pub daily_limit: String,
    /// Before the start until which customers may change or cancel.
    pub change_cutoff: String,
    /// `offer` or `offer_nothing`.
    pub when_calendar_unknown: String,
}

impl From<&BookingRules> for BookingRulesForm {
    fn from(rules: &BookingRules) -> Self {
        Self {
            buffer_before: rules.buffer_before.to_string(),
            buffer_after: rules.buffer_after.to_string(),
            minimum_notice: rules.minimum_notice.to_string(),
            horizon_days: rules.horizon_days.to_string(),
            slot_interval: rules.slot_interval.to_string(),
            daily_limit: rules.daily_limit.map(|limit| limit.to_string()).unwrap_or_default(),
            change_cutoff: rules.change_cutoff.to_string(),
            when_calendar_unknown: rules.when_calendar_unknown.as_str().to_owned(),
        }
    }
}

/// Why the rules were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveBookingRulesError {
    /// What to do, by field.
    #[error("the booking rules need another look")]
    Invalid(FieldErrors),
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveBookingRulesError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Saves the rules. They hold for new bookings; what is booked stays.
///
/// # Errors
/// See [`SaveBookingRulesError`].
pub async fn save_booking_rules(
    app: &TimeTap,
    user_id: Uuid,
    form: BookingRulesForm,
) -> Result<(), SaveBookingRulesError> {
    let parsed = parse(&form);
    let txn = app.db.begin().await?;
    require_host(&txn, app, user_id).await?;
    let rules = parsed.map_err(SaveBookingRulesError::Invalid)?;
    update_booking_rules(&txn, user_id, rules, app.clock.now()).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn parse(form: &BookingRulesForm) -> Result<StoredBookingRules, FieldErrors> {
    let mut errors = FieldErrors::new();
    let buffer_before = errors.take(
        "buffer_before",
        parse_number("The break before", &form.buffer_before, 0, MAX_BUFFER, "minutes"),
    );
    let buffer_after = errors.take(
        "buffer_after",
        parse_number("The break after", &form.buffer_after, 0, MAX_BUFFER, "minutes"),
    );
    let notice = errors.take(
        "minimum_notice",
        parse_number("The notice", &form.minimum_notice, 0, MAX_NOTICE, "minutes"),
    );
    let horizon = errors.take(
        "horizon_days",
        parse_number("The horizon", &form.horizon_days, 1, MAX_HORIZON, "days"),
    );
    let interval = errors.take(
        "slot_interval",
        parse_number(
            "The step between start times",
            &form.slot_interval,
            MIN_INTERVAL.into(),
            MAX_INTERVAL.into(),
            "minutes",
        ),
    );
    let limit = match form.daily_limit.trim() {
        "" => Some(None),
        limit => errors
            .take(
                "daily_limit",
                parse_number("The daily limit", limit, 1, MAX_DAILY_LIMIT, "bookings"),
            )
            .map(Some),
    };
    let cutoff = errors.take(
        "change_cutoff",
        parse_number("The cutoff", &form.change_cutoff, 0, MAX_NOTICE, "minutes"),
    );
    let policy = errors.take(
        "when_calendar_unknown",
        CalendarPolicy::parse(form.when_calendar_unknown.trim())
            .ok_or_else(|| FieldError::new("Please choose what to do while your calendar cannot be read.")),
    );
    match (
        buffer_before,
        buffer_after,
        notice,
        horizon,
        interval,
        limit,
        cutoff,
        policy,
    ) {
        (
            Some(buffer_before),
            Some(buffer_after),
            Some(notice),
            Some(horizon),
            Some(interval),
            Some(limit),
            Some(cutoff),
            Some(policy),
        ) => Ok(StoredBookingRules {
            buffer_before_minutes: buffer_before,
            buffer_after_minutes: buffer_after,
            minimum_notice_minutes: notice,
            horizon_days: horizon,
            slot_interval_minutes: interval,
            daily_limit: limit,
            change_cutoff_minutes: cutoff,
            when_calendar_unknown: policy.as_str(),
        }),
        _ => Err(errors),
    }
}

/// A whole number from `min` to `max`. `what` begins the sentence, `unit` ends it.
pub(crate) fn parse_number(what: &str, text: &str, min: u32, max: u32, unit: &str) -> Result<i64, FieldError> {
    let text = text.trim();
    // At most nine digits, so that the number cannot overflow.
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse::<u32>()
        .ok()
        .filter(|number| digits && (min..=max).contains(number))
        .map(i64::from)
        .ok_or_else(|| FieldError::new(format!("{what} has to be a whole number from {min} to {max} {unit}.")))
}
