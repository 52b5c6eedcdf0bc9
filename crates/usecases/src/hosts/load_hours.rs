//! Reads a host's weekly hours and special days for the page that changes them.

use jiff::civil::Date;
use timetap_core::slots::DayWindow;
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::list_overrides::list_overrides;
use timetap_store::hosts::list_windows::list_windows;
use uuid::Uuid;

use super::day_windows::windows_from_json;
use super::host_view::HostView;
use super::load_rules::{override_date, weekly_window};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A date with other hours than its weekday's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialDay {
    /// The date in the host's zone.
    pub date: Date,
    /// Its hours; none means closed.
    pub windows: Vec<DayWindow>,
    /// Why, for the host alone; may be empty.
    pub note: String,
}

/// A host's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursView {
    /// The host with the rules besides the hours.
    pub host: HostView,
    /// Today in the host's zone.
    pub today: Date,
    /// The windows of each weekday, Monday first, in order.
    pub weekly: [Vec<DayWindow>; 7],
    /// From today on, in order.
    pub special_days: Vec<SpecialDay>,
}

/// The hours of this account; `None` where it has no profile yet.
///
/// # Errors
/// The database refuses.
pub async fn load_hours(app: &TimeTap, user_id: Uuid) -> Result<Option<HoursView>, Unexpected> {
    let on = app.db.reader();
    let Some(row) = find_host(on, user_id).await? else {
        return Ok(None);
    };
    let host = HostView::from_row(row)?;
    let today = host.time_zone.time_zone().to_datetime(app.clock.now()).date();
    let mut weekly: [Vec<DayWindow>; 7] = Default::default();
    for row in list_windows(on, user_id).await? {
        let window = weekly_window(&row)?;
        let day = usize::try_from(window.weekday.to_monday_zero_offset()).unwrap_or_default();
        weekly[day].push(DayWindow {
            start_minute: window.start_minute,
            end_minute: window.end_minute,
        });
    }
    let special_days = list_overrides(on, user_id, Some(today))
        .await?
        .into_iter()
        .map(|row| {
            Ok(SpecialDay {
                date: override_date(&row)?,
                windows: windows_from_json(row.windows)?,
                note: row.note,
            })
        })
        .collect::<Result<_, Unexpected>>()?;
    Ok(Some(HoursView {
        host,
        today,
        weekly,
        special_days,
    }))
}
