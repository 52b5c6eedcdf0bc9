//! What somebody's calendar has of an appointment, and whether it takes new events by itself.

use sea_orm::FromQueryResult;

use super::find_connection::RECEIVES_EVENTS;

/// That of one person and one appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Standing {
    /// Whether their calendar takes new events by itself, which the one that receives events says.
    pub auto_sync: bool,
    /// Whether there is a row of theirs that wishes the event there.
    pub wished: bool,
    /// Whether that row waits for somebody to ask.
    pub skipped: bool,
    /// Whether that row has an event.
    pub written: bool,
}

impl Standing {
    /// Whether the event is added without their asking; what they asked for once goes on by itself.
    pub const fn is_added_by_itself(self) -> bool {
        self.auto_sync || self.written || (self.wished && !self.skipped)
    }
}

/// The columns of it, where `user` names the person and `w` is their row of `calendar_writes`, if there is one.
pub(super) fn standing_columns(user: &str) -> String {
    format!(
        "COALESCE((SELECT c.auto_sync FROM calendar_connections c WHERE c.user_id = {user} AND {RECEIVES_EVENTS} \
         ORDER BY c.created_at LIMIT 1), TRUE) AS auto_sync, \
         COALESCE(w.desired_present, FALSE) AS wished, COALESCE(w.state = 'skipped', FALSE) AS skipped, \
         w.remote_event_id IS NOT NULL AS written"
    )
}
