//! Saves a host's weekly hours as a whole.

use jiff::civil::Weekday;
use timetap_core::slots::DayWindow;
use timetap_store::StoreError;
use timetap_store::entities::schedule_window;
use timetap_store::hosts::replace_windows::replace_windows;
use uuid::Uuid;

use super::require_host::{HostRefused, require_host};
use super::window_rows::{WindowForm, parse_rows, show};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The days of a week in the order of forms: name in fields, name in sentences.
pub const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("mon", "Monday", Weekday::Monday),
    ("tue", "Tuesday", Weekday::Tuesday),
    ("wed", "Wednesday", Weekday::Wednesday),
    ("thu", "Thursday", Weekday::Thursday),
    ("fri", "Friday", Weekday::Friday),
    ("sat", "Saturday", Weekday::Saturday),
    ("sun", "Sunday", Weekday::Sunday),
];

/// The hours as typed, Monday first; a day without windows is closed. Fields are named `mon-1-from`, `mon-1-to`, ….
#[derive(Clone, Debug, Default)]
pub struct WeeklyHoursForm {
    /// The rows of each day.
    pub days: [Vec<WindowForm>; 7],
}

/// Why the hours were not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveWeeklyHoursError {
    /// What to do, by field.
    #[error("the weekly hours need another look")]
    Invalid(FieldErrors),
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveWeeklyHoursError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Replaces the weekly hours. What is booked stays.
///
/// # Errors
/// See [`SaveWeeklyHoursError`].
pub async fn save_weekly_hours(
    app: &TimeTap,
    user_id: Uuid,
    form: WeeklyHoursForm,
) -> Result<(), SaveWeeklyHoursError> {
    let parsed = parse(&form);
    let txn = app.db.begin().await?;
    require_host(&txn, app, user_id).await?;
    let days = parsed.map_err(SaveWeeklyHoursError::Invalid)?;
    let now = app.clock.now();
    let rows = days
        .iter()
        .zip(1_i64..)
        .flat_map(|(windows, weekday)| windows.iter().map(move |window| (weekday, window)))
        .map(|(weekday, window)| schedule_window::Model {
            id: app.entropy.uuid(now),
            host_id: user_id,
            weekday,
            start_minute: window.start_minute.into(),
            end_minute: window.end_minute.into(),
        })
        .collect();
    replace_windows(&txn, user_id, rows).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn parse(form: &WeeklyHoursForm) -> Result<[Vec<DayWindow>; 7], FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut days: [Vec<DayWindow>; 7] = Default::default();
    for ((rows, (key, name, _)), day) in form.days.iter().zip(WEEKDAYS).zip(&mut days) {
        *day = parse_rows(rows, key, name, &mut errors);
    }
    if errors.is_empty() {
        refuse_overlap_past_midnight(form, &days, &mut errors);
    }
    if errors.is_empty() { Ok(days) } else { Err(errors) }
}

/// The last window of a day may reach into the next one, but not into that day's own hours.
fn refuse_overlap_past_midnight(form: &WeeklyHoursForm, days: &[Vec<DayWindow>; 7], errors: &mut FieldErrors) {
    for (index, (_, name, _)) in WEEKDAYS.iter().enumerate() {
        let next = (index + 1) % 7;
        let (Some(last), Some(first)) = (days[index].last(), days[next].first()) else {
            continue;
        };
        if last.end_minute > first.start_minute + 1440 {
            let (next_key, next_name, _) = WEEKDAYS[next];
            let first_typed = WindowForm::of(first.start_minute, first.end_minute);
            // The row as it was typed may be spelled otherwise; the day's first row is near enough then.
            let row = form.days[next].iter().position(|row| *row == first_typed).unwrap_or(0) + 1;
            errors.add(
                &format!("{next_key}-{row}-from"),
                format!(
                    "{name}’s hours {} reach into {next_name} and overlap {} there.",
                    show(*last),
                    show(*first)
                ),
            );
        }
    }
}
