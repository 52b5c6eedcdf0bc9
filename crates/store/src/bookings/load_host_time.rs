//! Everything that decides about a host's time beside the host's own row: their hours, how well their other calendars are
//! known, and what stands in the time that is asked about.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use timetap_core::span::Span;
use uuid::Uuid;

use super::load_taken::{Row, TAKEN, Taken, at, parameters};
use crate::error::StoreError;

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostTime {
    /// The weekly hours: weekday (1 is Monday), first and last minute; in this order.
    pub windows: Vec<[i64; 3]>,
    /// Dates with other hours, and these as they are stored.
    pub overrides: Vec<(String, serde_json::Value)>,
    /// The connections that have not been disconnected: their status, and when they last said when their owner is busy.
    pub connections: Vec<(String, Option<Timestamp>)>,
    /// What stands in the time that is asked about.
    pub taken: Taken,
}

/// Reads it, in one statement: what overlaps `range` as [`super::load_taken::load_taken`] does.
///
/// # Errors
/// The database refuses, or a row holds what no rule allows.
pub async fn load_host_time(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    range: Span,
    now: Timestamp,
) -> Result<HostTime, StoreError> {
    let sql = format!(
        "{TAKEN} \
         UNION ALL SELECT 2, k.busy_checked_at, NULL, NULL, NULL, NULL, NULL, k.status, NULL \
         FROM calendar_connections k WHERE k.user_id = $1 AND k.status <> 'disconnected' \
         UNION ALL SELECT 3, s.start_minute, s.end_minute, NULL, s.weekday, NULL, NULL, NULL, NULL \
         FROM schedule_windows s WHERE s.host_id = $1 \
         UNION ALL SELECT 4, NULL, NULL, NULL, NULL, NULL, NULL, o.date, CAST(o.windows AS TEXT) \
         FROM schedule_overrides o WHERE o.host_id = $1 \
         ORDER BY 2"
    );
    let rows = Row::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        parameters(host_id, range),
    ))
    .all(on)
    .await?;
    let mut time = HostTime::default();
    for row in rows {
        match row.kind {
            2 => {
                let status = row.words.unwrap_or_default();
                time.connections.push((status, row.starts_at.map(at)));
            }
            3 => {
                let minutes = [row.appointment_starts_at, row.starts_at, row.ends_at];
                time.windows.push(minutes.map(Option::unwrap_or_default));
            }
            4 => {
                let windows = serde_json::from_str(row.document.as_deref().unwrap_or_default());
                let windows = windows.map_err(|error| StoreError::Inconsistent {
                    place: "schedule_overrides.windows",
                    what: error.to_string(),
                })?;
                time.overrides.push((row.words.unwrap_or_default(), windows));
            }
            _ => time.taken.add(&row, now)?,
        }
    }
    time.windows.sort_unstable();
    Ok(time)
}
