//! What stands in a host's time: our own bookings, and what their other calendars say.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

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
}

#[derive(FromQueryResult)]
struct Row {
    /// 0 for a claim, 1 for busy time.
    kind: i64,
    starts_at: UnixMillis,
    ends_at: UnixMillis,
    appointment_id: Option<Uuid>,
    appointment_starts_at: Option<UnixMillis>,
    appointment_ends_at: Option<UnixMillis>,
    expires_at: Option<UnixMillis>,
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
    // The lower bound of the start lets the index leave the past alone.
    let earliest = range
        .start
        .checked_sub(LONGEST_CLAIM)
        .map_or(i64::MIN, Timestamp::as_millisecond);
    let sql = "SELECT CAST(0 AS BIGINT) AS kind, c.starts_at, c.ends_at, c.appointment_id, \
               a.starts_at AS appointment_starts_at, a.ends_at AS appointment_ends_at, c.expires_at \
               FROM claims c LEFT JOIN appointments a ON a.id = c.appointment_id \
               WHERE c.resource_id = $1 AND c.starts_at >= $2 AND c.starts_at < $3 AND c.ends_at > $4 \
               AND (c.expires_at IS NULL OR c.expires_at > $5) \
               UNION ALL \
               SELECT 1, b.starts_at, b.ends_at, NULL, NULL, NULL, NULL \
               FROM busy_intervals b JOIN calendar_connections k ON k.id = b.connection_id \
               WHERE b.user_id = $1 AND b.starts_at < $3 AND b.ends_at > $4 AND k.status <> 'disconnected' \
               ORDER BY 2";
    let rows = Row::find_by_statement(Statement::from_sql_and_values(
        on.get_database_backend(),
        sql,
        [
            host_id.into(),
            earliest.into(),
            range.end.as_millisecond().into(),
            range.start.as_millisecond().into(),
            now.as_millisecond().into(),
        ],
    ))
    .all(on)
    .await?;
    let mut taken = Taken::default();
    for row in rows {
        if row.kind == 1 {
            // A calendar's event without length blocks nothing.
            taken.busy.extend(Span::new(row.starts_at.into(), row.ends_at.into()));
            continue;
        }
        let appointment = match (row.appointment_starts_at, row.appointment_ends_at) {
            (Some(start), Some(end)) => Some(span(start, end)?),
            _ => None,
        };
        if let Some(ends) = row.expires_at.map(Timestamp::from) {
            taken.hold_ends = Some(taken.hold_ends.map_or(ends, |first| first.min(ends)));
        }
        taken.claims.push(ClaimedTime {
            span: span(row.starts_at, row.ends_at)?,
            appointment,
            appointment_id: row.appointment_id,
        });
    }
    Ok(taken)
}

fn span(start: UnixMillis, end: UnixMillis) -> Result<Span, StoreError> {
    Span::new(start.into(), end.into()).map_err(|error| StoreError::Inconsistent {
        place: "claims",
        what: error.to_string(),
    })
}
