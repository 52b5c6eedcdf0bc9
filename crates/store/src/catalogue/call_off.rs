//! Dates that are called off: the date itself, what is booked on it, and how far giving the money back got.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};
use uuid::Uuid;

use crate::entities::{appointment, claim, occurrence, order_item, refund};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Who calls a date off, and in which words.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// The account.
    pub by: Uuid,
    /// What the customers are to read.
    pub message: Option<&'a str>,
    /// The key of the form.
    pub key: &'a str,
}

/// Closes the date, which this transaction has locked: it is called off, the time of its people and room is free, and seats
/// that were held and not paid are nobody's any more. Seats that are paid for go with their bookings.
///
/// # Errors
/// The database refuses.
pub async fn close_occurrence(
    on: &impl ConnectionTrait,
    id: Uuid,
    closing: Closing<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    use occurrence::Column;
    claim::Entity::delete_many()
        .filter(claim::Column::OccurrenceId.eq(id))
        .exec(on)
        .await?;
    on.execute_raw(Statement::from_sql_and_values(
        on.get_database_backend(),
        "DELETE FROM seats WHERE occurrence_id = $1 AND kind = 'held'",
        [id.into()],
    ))
    .await?;
    let at = UnixMillis::from(now);
    occurrence::Entity::update_many()
        .col_expr(Column::Status, Expr::value("cancelled"))
        .col_expr(Column::CancelledAt, Expr::value(Some(at)))
        .col_expr(Column::CancelledBy, Expr::value(Some(closing.by)))
        .col_expr(Column::CancelMessage, Expr::value(closing.message.map(str::to_owned)))
        .col_expr(Column::CancelKey, Expr::value(Some(closing.key.to_owned())))
        .col_expr(Column::UpdatedAt, Expr::value(at))
        .filter(Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(())
}

/// What was booked on the date, whatever became of it, in the order of booking: its own bookings, or that week of those who
/// subscribed to its weekly time. A week that was moved to another time is not the date's any more.
///
/// # Errors
/// The database refuses.
pub async fn list_date_bookings(
    on: &impl ConnectionTrait,
    date: &occurrence::Model,
) -> Result<Vec<appointment::Model>, StoreError> {
    let (of, values): (&str, Vec<Value>) = match date.template_id {
        None => ("i.occurrence_id = $1", vec![date.id.into()]),
        Some(template_id) => (
            "i.template_id = $1 AND a.starts_at = $2",
            vec![template_id.into(), date.starts_at.0.into()],
        ),
    };
    let sql = format!(
        "SELECT a.* FROM order_items i JOIN appointments a ON a.order_item_id = i.id WHERE {of} \
         ORDER BY i.created_at, i.id, a.run"
    );
    Ok(appointment::Entity::find()
        .from_raw_sql(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .all(on)
        .await?)
}

/// The items with seats on the date that wait to be paid.
///
/// # Errors
/// The database refuses.
pub async fn list_unpaid_items(on: &impl ConnectionTrait, date_id: Uuid) -> Result<Vec<order_item::Model>, StoreError> {
    Ok(order_item::Entity::find()
        .filter(order_item::Column::OccurrenceId.eq(date_id))
        .filter(order_item::Column::Status.eq("held"))
        .order_by_asc(order_item::Column::CreatedAt)
        .order_by_asc(order_item::Column::Id)
        .all(on)
        .await?)
}

/// The refunds with these keys.
///
/// # Errors
/// The database refuses.
pub async fn list_refunds_by_key(
    on: &impl ConnectionTrait,
    keys: Vec<String>,
) -> Result<Vec<refund::Model>, StoreError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    Ok(refund::Entity::find()
        .filter(refund::Column::DedupeKey.is_in(keys))
        .order_by_asc(refund::Column::CreatedAt)
        .order_by_asc(refund::Column::Id)
        .all(on)
        .await?)
}

/// A date of a weekly time that was called off.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CalledOffWeek {
    /// The weekly time.
    pub template_id: Option<Uuid>,
    /// The local day, `YYYY-MM-DD`.
    pub first_date: String,
    /// When it was to begin.
    pub starts_at: UnixMillis,
}

/// The dates of these weekly times that were called off.
///
/// # Errors
/// The database refuses.
pub async fn list_called_off_weeks(
    on: &impl ConnectionTrait,
    templates: &[Uuid],
) -> Result<Vec<CalledOffWeek>, StoreError> {
    if templates.is_empty() {
        return Ok(Vec::new());
    }
    Ok(occurrence::Entity::find()
        .select_only()
        .columns([
            occurrence::Column::TemplateId,
            occurrence::Column::FirstDate,
            occurrence::Column::StartsAt,
        ])
        .filter(occurrence::Column::TemplateId.is_in(templates.iter().copied()))
        .filter(occurrence::Column::Status.eq("cancelled"))
        .order_by_asc(occurrence::Column::StartsAt)
        .into_model::<CalledOffWeek>()
        .all(on)
        .await?)
}

/// The dates of the service's weekly times that begin from `now` on and before `until`, in order.
///
/// # Errors
/// The database refuses.
pub async fn list_weeks_ahead(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<occurrence::Model>, StoreError> {
    Ok(occurrence::Entity::find()
        .filter(occurrence::Column::ServiceId.eq(service_id))
        .filter(occurrence::Column::TemplateId.is_not_null())
        .filter(occurrence::Column::StartsAt.gt(UnixMillis::from(now)))
        .filter(occurrence::Column::StartsAt.lt(UnixMillis::from(until)))
        .order_by_asc(occurrence::Column::StartsAt)
        .order_by_asc(occurrence::Column::Id)
        .all(on)
        .await?)
}
