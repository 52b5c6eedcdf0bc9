//! Saves other hours, or none, for one date.

use jiff::ToSpan;
use jiff::civil::Date;
use timetap_core::slots::DayWindow;
use timetap_core::text::{FieldError, parse_optional_line};
use timetap_store::StoreError;
use timetap_store::entities::schedule_override;
use timetap_store::hosts::delete_override::delete_overrides_before;
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::list_overrides::list_overrides;
use timetap_store::hosts::upsert_override::upsert_override;
use uuid::Uuid;

use super::day_windows::windows_to_json;
use super::host_view::HostView;
use super::require_host::{HostRefused, require_host};
use super::window_rows::{WindowForm, parse_rows};
use crate::platform::field_errors::FieldErrors;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The longest note, in characters.
pub const MAX_NOTE: usize = 200;
/// The most special days that may lie ahead.
pub const MAX_OVERRIDES: usize = 400;
/// How far ahead a special day may lie, in days: as far as anybody can book.
const MAX_AHEAD: i32 = 731;

/// A special day as typed. Fields are named `date`, `kind`, `window-1-from`, `window-1-to`, …, `note`.
#[derive(Clone, Debug, Default)]
pub struct OverrideForm {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// `closed` or `hours`.
    pub kind: String,
    /// The hours; not looked at where the day is closed.
    pub windows: Vec<WindowForm>,
    /// Why, for the host alone; may be empty.
    pub note: String,
}

/// Why the day was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveOverrideError {
    /// What to do, by field.
    #[error("the special day needs another look")]
    Invalid(FieldErrors),
    /// Not this account.
    #[error(transparent)]
    Refused(#[from] HostRefused),
    /// Something broke.
    #[error(transparent)]
    Unexpected(#[from] Unexpected),
}

impl From<StoreError> for SaveOverrideError {
    fn from(error: StoreError) -> Self {
        Self::Unexpected(error.into())
    }
}

/// Saves the hours of one date, in place of any that the host had set for it before. What is booked stays.
///
/// # Errors
/// See [`SaveOverrideError`].
pub async fn save_override(app: &TimeTap, user_id: Uuid, form: OverrideForm) -> Result<Date, SaveOverrideError> {
    let now = app.clock.now();
    let txn = app.db.begin().await?;
    require_host(&txn, app, user_id).await?;
    let row = find_host(&txn, user_id).await?.ok_or(HostRefused::NoProfile)?;
    let zone = HostView::from_row(row)?.time_zone;
    let today = zone.time_zone().to_datetime(now).date();

    let mut errors = FieldErrors::new();
    let date = errors.take("date", parse_date(&form.date, today));
    let note = errors.take("note", parse_optional_line("The note", &form.note, MAX_NOTE));
    let windows = parse_windows(&form, &mut errors);
    let (Some(date), Some(note)) = (date, note) else {
        return Err(SaveOverrideError::Invalid(errors));
    };
    if !errors.is_empty() {
        return Err(SaveOverrideError::Invalid(errors));
    }
    let ahead = list_overrides(&txn, user_id, Some(today)).await?;
    let is_new = !ahead.iter().any(|row| row.date == date.to_string());
    if is_new && ahead.len() >= MAX_OVERRIDES {
        return Err(SaveOverrideError::Invalid(FieldErrors::one(
            "date",
            format!("You have {MAX_OVERRIDES} special days ahead; that is the most. Please remove some first."),
        )));
    }
    delete_overrides_before(&txn, user_id, today.saturating_sub(7.days())).await?;
    let row = schedule_override::Model {
        id: app.entropy.uuid(now),
        host_id: user_id,
        date: date.to_string(),
        windows: windows_to_json(&windows)?,
        note: note.unwrap_or_default(),
    };
    upsert_override(&txn, row).await?;
    txn.commit().await.map_err(StoreError::from)?;
    Ok(date)
}

/// A date as the browser's date field sends it, from today on.
fn parse_date(text: &str, today: Date) -> Result<Date, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new("Please choose the day."));
    }
    let date = parse_plain_date(text)
        .ok_or_else(|| FieldError::new("Please enter a day of the calendar, such as 2026-12-24."))?;
    if date < today {
        return Err(FieldError::new(
            "This day has passed. Please choose today or a later one.",
        ));
    }
    if date > today.saturating_add(MAX_AHEAD.days()) {
        return Err(FieldError::new(
            "This day is more than two years ahead. Please choose an earlier one.",
        ));
    }
    Ok(date)
}

/// `YYYY-MM-DD` and nothing else.
pub(crate) fn parse_plain_date(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

fn parse_windows(form: &OverrideForm, errors: &mut FieldErrors) -> Vec<DayWindow> {
    match form.kind.trim() {
        "closed" => Vec::new(),
        "hours" => {
            let windows = parse_rows(&form.windows, "window", "This day", errors);
            if form.windows.iter().all(WindowForm::is_empty) {
                errors.add(
                    "window-1-from",
                    "Please enter the hours of this day, or choose “Closed all day”.",
                );
            }
            windows
        }
        _ => {
            errors.add("kind", "Please choose whether you are closed or have other hours.");
            Vec::new()
        }
    }
}
