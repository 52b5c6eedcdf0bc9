//! From Google's list of calendars to our rows.

use timetap_providers::google::calendar::RemoteCalendar;
use timetap_store::entities::connection_calendar;
use uuid::Uuid;

/// Rows for a connection. Only the account's own calendar counts as busy until its owner chooses more.
pub(super) fn read_calendars(connection_id: Uuid, remote: Vec<RemoteCalendar>) -> Vec<connection_calendar::Model> {
    remote
        .into_iter()
        .map(|calendar| connection_calendar::Model {
            connection_id,
            is_primary: calendar.primary,
            writable: calendar.is_writable(),
            makes_meet_links: calendar.allows_meet,
            check_busy: calendar.primary,
            last_error_code: None,
            calendar_id: calendar.id,
            summary: calendar.summary,
        })
        .collect()
}
