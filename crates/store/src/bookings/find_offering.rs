//! What the public sees of a host: the profile behind an address, and the services on it.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
};
use uuid::Uuid;

use crate::accounts::may_be_booked::may_be_booked;
use crate::entities::{host, service, user};
use crate::error::StoreError;

/// The host whose public address is `slug`, where their account may be booked: neither disabled nor a mere customer's.
///
/// # Errors
/// The database refuses.
pub async fn find_public_host(on: &impl ConnectionTrait, slug: &str) -> Result<Option<host::Model>, StoreError> {
    find_bookable(on, "slug", slug.into()).await
}

/// The same by the account's id.
///
/// # Errors
/// The database refuses.
pub async fn find_bookable_host(on: &impl ConnectionTrait, user_id: Uuid) -> Result<Option<host::Model>, StoreError> {
    find_bookable(on, "user_id", user_id.into()).await
}

async fn find_bookable(
    on: &impl ConnectionTrait,
    column: &str,
    value: Value,
) -> Result<Option<host::Model>, StoreError> {
    let may_be_booked = may_be_booked("u");
    let sql =
        format!("SELECT h.* FROM hosts h JOIN users u ON u.id = h.user_id WHERE h.{column} = $1 AND {may_be_booked}");
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, [value]);
    Ok(host::Model::find_by_statement(statement).one(on).await?)
}

/// The active service at the address `host_slug`/`service_slug`, with a host as [`find_public_host`] finds them.
///
/// # Errors
/// The database refuses.
pub async fn find_active_service(
    on: &impl ConnectionTrait,
    host_slug: &str,
    service_slug: &str,
) -> Result<Option<(host::Model, service::Model)>, StoreError> {
    let of_host = service::Entity::belongs_to(host::Entity)
        .from(service::Column::HostId)
        .to(host::Column::UserId);
    let of_account = host::Entity::belongs_to(user::Entity)
        .from(host::Column::UserId)
        .to(user::Column::Id);
    let found = service::Entity::find()
        .select_also(host::Entity)
        .join(JoinType::InnerJoin, of_host.into())
        .join(JoinType::InnerJoin, of_account.into())
        .filter(host::Column::Slug.eq(host_slug))
        .filter(service::Column::Slug.eq(service_slug))
        .filter(service::Column::Active.eq(true))
        .filter(Expr::cust(may_be_booked("users")))
        .one(on)
        .await?;
    Ok(found.and_then(|(service, host)| Some((host?, service))))
}

/// The host's active services, in the host's order.
///
/// # Errors
/// The database refuses.
pub async fn list_active_services(on: &impl ConnectionTrait, host_id: Uuid) -> Result<Vec<service::Model>, StoreError> {
    Ok(service::Entity::find()
        .filter(service::Column::HostId.eq(host_id))
        .filter(service::Column::Active.eq(true))
        .order_by_asc(service::Column::Position)
        .order_by_asc(service::Column::Title)
        .all(on)
        .await?)
}
