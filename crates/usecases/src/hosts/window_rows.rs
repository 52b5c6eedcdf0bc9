//! Rows of from–to in a form, read as windows of one day.

use timetap_core::slots::DayWindow;

use super::clock_time::{format_clock_time, read_clock_time};
use crate::platform::field_errors::FieldErrors;

/// The most windows of one day.
pub const MAX_WINDOWS: usize = 12;

/// One row as typed. Empty rows count as not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowForm {
    /// When it begins, such as `09:00`.
    pub from: String,
    /// When it ends; at or before `from` means on the next day, so `00:00` and `24:00` are midnight.
    pub to: String,
}

impl WindowForm {
    /// The row of a stored window.
    pub fn of(start_minute: u16, end_minute: u16) -> Self {
        Self {
            from: format_clock_time(start_minute),
            to: format_clock_time(end_minute),
        }
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.from.trim().is_empty() && self.to.trim().is_empty()
    }
}

/// Reads the rows of one day. Complaints are noted as `{prefix}-{row}-from` and `-to`, rows counted from 1; `day` begins
/// the sentence about overlaps: "Monday". Gives the windows in order of time.
pub(super) fn parse_rows(rows: &[WindowForm], prefix: &str, day: &str, errors: &mut FieldErrors) -> Vec<DayWindow> {
    let mut windows: Vec<(usize, DayWindow)> = Vec::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
        let field = |end: &str| format!("{prefix}-{}-{end}", index + 1);
        if windows.len() == MAX_WINDOWS {
            errors.add(
                &field("from"),
                format!("{day} has more than {MAX_WINDOWS} windows. Please join or remove some."),
            );
            break;
        }
        let missing = |which: &str| format!("{day}: please enter when these hours {which}, or clear both times.");
        if row.from.trim().is_empty() {
            errors.add(&field("from"), missing("begin"));
            continue;
        }
        if row.to.trim().is_empty() {
            errors.add(&field("to"), missing("end"));
            continue;
        }
        let start = errors.take(&field("from"), read_clock_time(&row.from));
        let end = errors.take(&field("to"), read_clock_time(&row.to));
        let (Some(start), Some(end)) = (start, end) else {
            continue;
        };
        let end = if end <= start { end + 1440 } else { end };
        if let Some(window) = errors.take(&field("from"), DayWindow::new(start, end)) {
            windows.push((index, window));
        }
    }
    windows.sort_by_key(|(index, window)| (window.start_minute, window.end_minute, *index));
    for pair in windows.windows(2) {
        let [(first_row, first), (second_row, second)] = pair else {
            continue;
        };
        if second.start_minute < first.end_minute {
            let row = first_row.max(second_row) + 1;
            errors.add(
                &format!("{prefix}-{row}-from"),
                format!("{day}: {} and {} overlap.", show(*first), show(*second)),
            );
        }
    }
    windows.into_iter().map(|(_, window)| window).collect()
}

/// `22:00–02:00`.
pub(super) fn show(window: DayWindow) -> String {
    format!(
        "{}–{}",
        format_clock_time(window.start_minute),
        format_clock_time(window.end_minute)
    )
}
