//! What stands in a host's time: our own bookings, and what their other calendars say.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use timetap_core::clock::from_millisecond_clamped;
use timetap_core::span::Span;
use uuid::Uuid;

use crate::error::StoreError;

/// The longest span that one claim can have: the longest session and the longest buffers, a day each, and one to spare.
const LONGEST_CLAIM: SignedDuration = SignedDuration::from_hours(4 * 24);

/// A claim and the appointment it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedTime {
    /// The claim, buffers included.
    pub span: Span,
    /// The appointment's own span; `None` for a hold that has no appointment yet.
    pub appointment: Option<Span>,
    /// The appointment.
    pub appointment_id: Option<Uuid>,
}

/// What stands in a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// By our own bookings, in order of their start.
    pub claims: Vec<ClaimedTime>,
    /// By the connected calendars, as they last said, in order of their start.
    pub busy: Vec<Span>,
    /// When the first of the holds among the claims runs out.
    pub hold_ends: Option<Timestamp>,
    /// Whether there are holds that have run out: they block nothing, but the database refuses claims across them until they
    /// are removed.
    pub has_expired_holds: bool,
}

/// What a row of [`TAKEN`] says.
#[derive(FromQueryResult)]
pub(super) struct Row {
    /// 0 for a claim, 1 for busy time; more in [`super::load_host_time`].
    pub(super) kind: i64,
    pub(super) starts_at: Option<i64>,
    pub(super) ends_at: Option<i64>,
    appointment_id: Option<Uuid>,
    pub(super) appointment_starts_at: Option<i64>,
    appointment_ends_at: Option<i64>,
    expires_at: Option<i64>,
    pub(super) words: Option<String>,
    pub(super) document: Option<String>,
}

/// What overlaps a range; its parameters come from [`parameters`]. The last two columns are for what is asked along with it.
pub(super) const TAKEN: &str = "SELECT CAST(0 AS BIGINT) AS kind, c.starts_at, c.ends_at, c.appointment_id, \
    a.starts_at AS appointment_starts_at, a.ends_at AS appointment_ends_at, c.expires_at, CAST(NULL AS TEXT) AS words, \
    CAST(NULL AS TEXT) AS document \
    FROM claims c LEFT JOIN appointments a ON a.id = c.appointment_id \
    WHERE c.resource_id = $1 AND c.starts_at >= $2 AND c.starts_at < $3 AND c.ends_at > $4 \
    UNION ALL \
    SELECT 1, b.starts_at, b.ends_at, NULL, NULL, NULL, NULL, NULL, NULL \
    FROM busy_intervals b JOIN calendar_connections k ON k.id = b.connection_id \
    WHERE b.user_id = $1 AND b.starts_at < $3 AND b.ends_at > $4 AND k.status <> 'disconnected'";

/// Whose time, and which.
pub(super) fn parameters(host_id: Uuid, range: Span) -> [Value; 4] {
    // The lower bound of the start lets the index leave the past alone.
    let earliest = range
        .start
        .checked_sub(LONGEST_CLAIM)
        .map_or(i64::MIN, Timestamp::as_millisecond);
    [
        host_id.into(),
        earliest.into(),
        range.end.as_millisecond().into(),
        range.start.as_millisecond().into(),
    ]
}

/// What overlaps `range` of the host's time, in one statement: without holds that have expired by `now`, and without what
/// a calendar said that has been disconnected since.
///
/// # Errors
/// The database refuses, or a row holds a span that ends before it starts.
pub async fn load_taken(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    range: Span,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let rows = Row::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        format!("{TAKEN} ORDER BY 2"),
        parameters(host_id, range),
    ))
    .all(on)
    .await?;
    let mut taken = Taken::default();
    for row in rows {
        taken.add(&row, now)?;
    }
    Ok(taken)
}

impl Taken {
    /// Adds what a row of [`TAKEN`] says; rows come in order of their start.
    pub(super) fn add(&mut self, row: &Row, now: Timestamp) -> Result<(), StoreError> {
        let (Some(start), Some(end)) = (row.starts_at, row.ends_at) else {
            return Ok(());
        };
        if row.kind == 1 {
            // A calendar's event without length blocks nothing.
            self.busy.extend(Span::new(at(start), at(end)));
            return Ok(());
        }
        if let Some(ends) = row.expires_at.map(at) {
            if ends <= now {
                self.has_expired_holds = true;
                return Ok(());
            }
            self.hold_ends = Some(self.hold_ends.map_or(ends, |first| first.min(ends)));
        }
        let appointment = match (row.appointment_starts_at, row.appointment_ends_at) {
            (Some(start), Some(end)) => Some(span(start, end)?),
            _ => None,
        };
        self.claims.push(ClaimedTime {
            span: span(start, end)?,
            appointment,
            appointment_id: row.appointment_id,
        });
        Ok(())
    }
}

/// The instant that a column names.
pub(super) fn at(millis: i64) -> Timestamp {
    from_millisecond_clamped(millis)
}

fn span(start: i64, end: i64) -> Result<Span, StoreError> {
    Span::new(at(start), at(end)).map_err(|error| StoreError::Inconsistent {
        place: "claims",
        what: error.to_string(),
    })
}
