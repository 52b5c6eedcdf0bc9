//! A host's decisions about their time, as the slot engine takes them.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use sea_orm::ConnectionTrait;
use timetap_core::slots::{HostRules, WeeklyWindow};
use timetap_core::text::ZoneName;
use timetap_store::entities::{host, schedule_override, schedule_window};
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::list_overrides::list_overrides;
use timetap_store::hosts::list_windows::list_windows;
use uuid::Uuid;

use super::day_windows::windows_from_json;
use crate::platform::unexpected::Unexpected;

/// The host and their rules, in three statements; `None` where there is no such host.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn load_rules(
    on: &impl ConnectionTrait,
    host_id: Uuid,
) -> Result<Option<(host::Model, HostRules)>, Unexpected> {
    let Some(host) = find_host(on, host_id).await? else {
        return Ok(None);
    };
    let windows = list_windows(on, host_id).await?;
    let overrides = list_overrides(on, host_id, None).await?;
    let windows = windows.iter().map(as_stored);
    let overrides = overrides.into_iter().map(|row| (row.date, row.windows));
    let rules = make_rules(&host, windows, overrides)?;
    Ok(Some((host, rules)))
}

/// The rules of `host`, whose weekly windows are weekday, first and last minute, and whose overrides are dates and hours as
/// they are stored.
///
/// # Errors
/// A row says something that no rule allows.
pub(crate) fn make_rules(
    host: &host::Model,
    windows: impl IntoIterator<Item = [i64; 3]>,
    overrides: impl IntoIterator<Item = (String, serde_json::Value)>,
) -> Result<HostRules, Unexpected> {
    let zone = ZoneName::parse(&host.time_zone)
        .map_err(|_| Unexpected::Inconsistent(format!("hosts.time_zone of {} is no zone", host.user_id)))?;
    let weekly = windows.into_iter().map(read_window).collect::<Result<_, _>>()?;
    let overrides = overrides
        .into_iter()
        .map(|(date, windows)| Ok((read_date(&date)?, windows_from_json(windows)?)))
        .collect::<Result<BTreeMap<_, _>, Unexpected>>()?;
    Ok(HostRules {
        zone: zone.time_zone().clone(),
        weekly,
        overrides,
        buffer_before: fit("hosts.buffer_before_minutes", host.buffer_before_minutes)?,
        buffer_after: fit("hosts.buffer_after_minutes", host.buffer_after_minutes)?,
        minimum_notice: fit("hosts.minimum_notice_minutes", host.minimum_notice_minutes)?,
        horizon_days: fit("hosts.horizon_days", host.horizon_days)?,
        slot_interval: fit("hosts.slot_interval_minutes", host.slot_interval_minutes)?,
        daily_limit: host
            .daily_limit
            .map(|limit| fit("hosts.daily_limit", limit))
            .transpose()?,
    })
}

/// A stored window as the engine takes it.
pub(super) fn weekly_window(row: &schedule_window::Model) -> Result<WeeklyWindow, Unexpected> {
    read_window(as_stored(row))
}

fn as_stored(row: &schedule_window::Model) -> [i64; 3] {
    [row.weekday, row.start_minute, row.end_minute]
}

fn read_window([weekday, start_minute, end_minute]: [i64; 3]) -> Result<WeeklyWindow, Unexpected> {
    Ok(WeeklyWindow {
        weekday: i8::try_from(weekday)
            .ok()
            .and_then(|day| Weekday::from_monday_one_offset(day).ok())
            .ok_or_else(|| Unexpected::Inconsistent(format!("schedule_windows.weekday {weekday}")))?,
        start_minute: fit("schedule_windows.start_minute", start_minute)?,
        end_minute: fit("schedule_windows.end_minute", end_minute)?,
    })
}

/// The date of a stored override.
pub(super) fn override_date(row: &schedule_override::Model) -> Result<Date, Unexpected> {
    read_date(&row.date)
}

fn read_date(date: &str) -> Result<Date, Unexpected> {
    date.parse()
        .map_err(|_| Unexpected::Inconsistent(format!("schedule_overrides.date “{date}”")))
}

/// A stored number in the type that the rules use; the database's own checks keep it in range.
pub(super) fn fit<T: TryFrom<i64>>(place: &'static str, number: i64) -> Result<T, Unexpected> {
    T::try_from(number).map_err(|_| Unexpected::Inconsistent(format!("{place} is {number}")))
}
