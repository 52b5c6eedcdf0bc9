//! The dates and weekly times of a service with the seats that are taken.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement, Value,
};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::entities::{claim, occurrence, order_item, recurring_template};
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

#[derive(FromQueryResult)]
struct Taken {
    id: Uuid,
    seats: i64,
}

/// The service's own dates that end after `since`, in order; those of weekly times are not among them.
///
/// # Errors
/// The database refuses.
pub async fn list_occurrences(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    since: Timestamp,
) -> Result<Vec<occurrence::Model>, StoreError> {
    Ok(occurrence::Entity::find()
        .filter(occurrence::Column::ServiceId.eq(service_id))
        .filter(occurrence::Column::TemplateId.is_null())
        .filter(occurrence::Column::EndsAt.gt(UnixMillis::from(since)))
        .order_by_asc(occurrence::Column::StartsAt)
        .order_by_asc(occurrence::Column::Id)
        .all(on)
        .await?)
}

/// The service's weekly times, in the order of the week.
///
/// # Errors
/// The database refuses.
pub async fn list_templates(
    on: &impl ConnectionTrait,
    service_id: Uuid,
) -> Result<Vec<recurring_template::Model>, StoreError> {
    Ok(recurring_template::Entity::find()
        .filter(recurring_template::Column::ServiceId.eq(service_id))
        .order_by_asc(recurring_template::Column::Weekday)
        .order_by_asc(recurring_template::Column::StartMinute)
        .all(on)
        .await?)
}

/// The weekly times whose dates go on: those that are offered, and those in which somebody has a place.
///
/// # Errors
/// The database refuses.
pub async fn list_running_templates(on: &impl ConnectionTrait) -> Result<Vec<recurring_template::Model>, StoreError> {
    let used = "EXISTS (SELECT 1 FROM template_seats s WHERE s.template_id = recurring_templates.id)";
    let goes_on = Condition::any()
        .add(recurring_template::Column::Active.eq(true))
        .add(Expr::cust(used));
    Ok(recurring_template::Entity::find()
        .filter(goes_on)
        .order_by_asc(recurring_template::Column::Id)
        .all(on)
        .await?)
}

/// The dates of a weekly time that stand, by their local dates.
///
/// # Errors
/// The database refuses.
pub async fn list_template_dates(
    on: &impl ConnectionTrait,
    template_id: Uuid,
) -> Result<Vec<(String, Uuid)>, StoreError> {
    let rows = occurrence::Entity::find()
        .filter(occurrence::Column::TemplateId.eq(template_id))
        .order_by_asc(occurrence::Column::FirstDate)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|row| (row.first_date, row.id)).collect())
}

/// Whether the date has taken time of `resource_id`.
///
/// # Errors
/// The database refuses.
pub async fn has_claim(on: &impl ConnectionTrait, occurrence_id: Uuid, resource_id: Uuid) -> Result<bool, StoreError> {
    let found = claim::Entity::find()
        .filter(claim::Column::OccurrenceId.eq(occurrence_id))
        .filter(claim::Column::ResourceId.eq(resource_id))
        .one(on)
        .await?;
    Ok(found.is_some())
}

/// How many seats of each of the service's dates are taken, holds that have run out by `now` left out.
///
/// # Errors
/// The database refuses.
pub async fn count_taken_seats(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    now: Timestamp,
) -> Result<BTreeMap<Uuid, i64>, StoreError> {
    let sql = "SELECT p.id, COUNT(*) AS seats FROM occurrences p JOIN seats s ON s.occurrence_id = p.id \
               WHERE p.service_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2) GROUP BY p.id";
    count(on, sql, service_id, now).await
}

/// How many places of each of the service's weekly times are taken, holds that have run out by `now` left out.
///
/// # Errors
/// The database refuses.
pub async fn count_taken_places(
    on: &impl ConnectionTrait,
    service_id: Uuid,
    now: Timestamp,
) -> Result<BTreeMap<Uuid, i64>, StoreError> {
    let sql = "SELECT p.id, COUNT(*) AS seats FROM recurring_templates p JOIN template_seats s ON s.template_id = p.id \
               WHERE p.service_id = $1 AND (s.expires_at IS NULL OR s.expires_at > $2) GROUP BY p.id";
    count(on, sql, service_id, now).await
}

async fn count(
    on: &impl ConnectionTrait,
    sql: &str,
    service_id: Uuid,
    now: Timestamp,
) -> Result<BTreeMap<Uuid, i64>, StoreError> {
    let values: [Value; 2] = [service_id.into(), now.as_millisecond().into()];
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    let rows = Taken::find_by_statement(statement).all(on).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.seats)).collect())
}

/// The items that have a seat for good in this date, or a place for good in this weekly time.
///
/// # Errors
/// The database refuses.
pub async fn list_seated_items(
    on: &impl ConnectionTrait,
    occurrence_id: Uuid,
) -> Result<Vec<order_item::Model>, StoreError> {
    Ok(order_item::Entity::find()
        .filter(order_item::Column::OccurrenceId.eq(occurrence_id))
        .filter(order_item::Column::Status.eq("booked"))
        .order_by_asc(order_item::Column::CreatedAt)
        .order_by_asc(order_item::Column::Id)
        .all(on)
        .await?)
}
