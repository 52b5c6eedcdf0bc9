//! When rooms are taken.

use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::entities::claim::{Column, Entity};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// The longest span that one claim of a room can have.
const LONGEST_CLAIM: SignedDuration = SignedDuration::from_hours(4 * 24);

/// What of `range` is taken of these rooms, and when the first of the holds among it runs out.
///
/// # Errors
/// The database refuses, or a claim ends before it begins.
pub async fn load_room_times(
    on: &impl ConnectionTrait,
    rooms: &[Uuid],
    range: Span,
    now: Timestamp,
) -> Result<(Vec<(Uuid, Span)>, Option<Timestamp>), StoreError> {
    let earliest = range.start.checked_sub(LONGEST_CLAIM).unwrap_or(Timestamp::MIN);
    let rows = Entity::find()
        .filter(Column::ResourceId.is_in(rooms.iter().copied()))
        .filter(Column::StartsAt.gte(UnixMillis::from(earliest)))
        .filter(Column::StartsAt.lt(UnixMillis::from(range.end)))
        .filter(Column::EndsAt.gt(UnixMillis::from(range.start)))
        .filter(
            Condition::any()
                .add(Column::ExpiresAt.is_null())
                .add(Column::ExpiresAt.gt(UnixMillis::from(now))),
        )
        .all(on)
        .await?;
    let hold_ends = rows.iter().filter_map(|row| row.expires_at.map(Timestamp::from)).min();
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        let span = Span::new(row.starts_at.into(), row.ends_at.into()).map_err(|error| StoreError::Inconsistent {
            place: "claims",
            what: error.to_string(),
        })?;
        taken.push((row.resource_id, span));
    }
    Ok((taken, hold_ends))
}
