//! Changes a date or a weekly time.

use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::{occurrence, recurring_template};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Sets how many seats there are. The database refuses fewer than the number of the last one that is taken.
///
/// # Errors
/// The database refuses.
pub async fn set_occurrence_capacity(
    on: &impl ConnectionTrait,
    id: Uuid,
    capacity: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    occurrence::Entity::update_many()
        .col_expr(occurrence::Column::Capacity, Expr::value(capacity))
        .col_expr(occurrence::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(occurrence::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(())
}

/// Sets how many places the weekly time has. The database refuses fewer than the number of the last one that is taken.
///
/// # Errors
/// The database refuses.
pub async fn set_template_capacity(
    on: &impl ConnectionTrait,
    id: Uuid,
    capacity: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    change_template(on, id, recurring_template::Column::Capacity, Expr::value(capacity), now).await
}

/// Offers the weekly time to newcomers, or not any more.
///
/// # Errors
/// The database refuses.
pub async fn set_template_active(
    on: &impl ConnectionTrait,
    id: Uuid,
    active: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    change_template(on, id, recurring_template::Column::Active, Expr::value(active), now).await
}

/// Notes up to which day the weekly time's dates stand.
///
/// # Errors
/// The database refuses.
pub async fn note_planned(on: &impl ConnectionTrait, id: Uuid, until: Date, now: Timestamp) -> Result<(), StoreError> {
    let until = Expr::value(Some(until.to_string()));
    change_template(on, id, recurring_template::Column::PlannedUntil, until, now).await
}

/// Sets one column of a weekly time, and when that was.
async fn change_template(
    on: &impl ConnectionTrait,
    id: Uuid,
    column: recurring_template::Column,
    value: Expr,
    now: Timestamp,
) -> Result<(), StoreError> {
    recurring_template::Entity::update_many()
        .col_expr(column, value)
        .col_expr(
            recurring_template::Column::UpdatedAt,
            Expr::value(UnixMillis::from(now)),
        )
        .filter(recurring_template::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(())
}

/// Takes away the dates of a weekly time that nobody has begun to use: from `from` on, without an appointment. Those that were
/// called off stay, so that they are not planned anew.
///
/// # Errors
/// The database refuses.
pub async fn remove_unused_dates(
    on: &impl ConnectionTrait,
    template_id: Uuid,
    from: Timestamp,
) -> Result<u64, StoreError> {
    let used = "NOT EXISTS (SELECT 1 FROM appointments a WHERE a.occurrence_id = occurrences.id)";
    let done = occurrence::Entity::delete_many()
        .filter(occurrence::Column::TemplateId.eq(template_id))
        .filter(occurrence::Column::Status.eq("scheduled"))
        .filter(occurrence::Column::StartsAt.gt(UnixMillis::from(from)))
        .filter(Expr::cust(used))
        .exec(on)
        .await?;
    Ok(done.rows_affected)
}
