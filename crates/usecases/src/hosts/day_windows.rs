//! Windows of one day as they stand in the database's JSON: minutes after midnight, as in
//! [`timetap_core::slots::DayWindow`].

use serde::{Deserialize, Serialize};
use timetap_core::slots::DayWindow;

use crate::platform::unexpected::Unexpected;

#[derive(Serialize, Deserialize)]
struct StoredWindow {
    start_minute: u16,
    end_minute: u16,
}

/// Windows as JSON.
pub(super) fn windows_to_json(windows: &[DayWindow]) -> Result<serde_json::Value, Unexpected> {
    let stored: Vec<StoredWindow> = windows
        .iter()
        .map(|window| StoredWindow {
            start_minute: window.start_minute,
            end_minute: window.end_minute,
        })
        .collect();
    serde_json::to_value(stored).map_err(|error| Unexpected::Internal(format!("windows as JSON: {error}")))
}

/// Windows from JSON.
pub(super) fn windows_from_json(json: serde_json::Value) -> Result<Vec<DayWindow>, Unexpected> {
    let bad = |what: String| Unexpected::Inconsistent(format!("schedule_overrides.windows: {what}"));
    let stored: Vec<StoredWindow> = serde_json::from_value(json).map_err(|error| bad(error.to_string()))?;
    stored
        .into_iter()
        .map(|window| DayWindow::new(window.start_minute, window.end_minute).map_err(|error| bad(error.message)))
        .collect()
}
