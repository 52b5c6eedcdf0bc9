//! The list of calendars of a connected account.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use crate::entities::connection_calendar;
use crate::error::StoreError;

/// Brings the stored list to `calendars`. Whether a calendar that was there before counts as busy stays as it was chosen;
/// one that is gone goes.
///
/// # Errors
/// The database refuses.
pub async fn replace_calendars(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    calendars: Vec<connection_calendar::Model>,
) -> Result<(), StoreError> {
    use connection_calendar::Column;
    let kept: Vec<String> = calendars.iter().map(|calendar| calendar.calendar_id.clone()).collect();
    connection_calendar::Entity::delete_many()
        .filter(Column::ConnectionId.eq(connection_id))
        .filter(Column::CalendarId.is_not_in(kept))
        .exec(on)
        .await?;
    for calendar in calendars {
        connection_calendar::Entity::insert(calendar.into_active_model())
            .on_conflict(
                OnConflict::columns([Column::ConnectionId, Column::CalendarId])
                    .update_columns([
                        Column::Summary,
                        Column::IsPrimary,
                        Column::Writable,
                        Column::MakesMeetLinks,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(on)
            .await?;
    }
    Ok(())
}

/// Chooses which calendars of the connection count as busy: those in `checked`, and no others.
///
/// # Errors
/// The database refuses.
pub async fn choose_busy_calendars(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    checked: &[String],
) -> Result<(), StoreError> {
    use connection_calendar::Column;
    for (wanted, matching) in [
        (true, Column::CalendarId.is_in(checked)),
        (false, Column::CalendarId.is_not_in(checked)),
    ] {
        connection_calendar::Entity::update_many()
            .col_expr(Column::CheckBusy, Expr::value(wanted))
            .filter(Column::ConnectionId.eq(connection_id))
            .filter(matching)
            .exec(on)
            .await?;
    }
    Ok(())
}

/// Notes that a calendar turned out to make no Meet links.
///
/// # Errors
/// The database refuses.
pub async fn note_no_meet_links(
    on: &impl ConnectionTrait,
    connection_id: Uuid,
    calendar_id: &str,
) -> Result<(), StoreError> {
    use connection_calendar::Column;
    connection_calendar::Entity::update_many()
        .col_expr(Column::MakesMeetLinks, Expr::value(false))
        .filter(Column::ConnectionId.eq(connection_id))
        .filter(Column::CalendarId.eq(calendar_id))
        .exec(on)
        .await?;
    Ok(())
}
