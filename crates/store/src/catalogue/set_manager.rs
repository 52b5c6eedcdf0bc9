//! To whom somebody reports.

use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entities::user;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Lets the account report to `manager_id`, or to nobody.
///
/// # Errors
/// The database refuses.
pub async fn set_manager(
    on: &impl ConnectionTrait,
    id: Uuid,
    manager_id: Option<Uuid>,
    now: Timestamp,
) -> Result<(), StoreError> {
    user::Entity::update_many()
        .col_expr(user::Column::ManagerId, Expr::value(manager_id))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(())
}

/// Everybody to whom others may report: enabled managers and administrators, by name.
///
/// # Errors
/// The database refuses.
pub async fn list_managers(on: &impl ConnectionTrait) -> Result<Vec<user::Model>, StoreError> {
    Ok(user::Entity::find()
        .filter(user::Column::Role.is_in(["manager", "admin"]))
        .filter(Expr::col(user::Column::DisabledAt).is_null())
        .order_by_asc(user::Column::Name)
        .order_by_asc(user::Column::Id)
        .all(on)
        .await?)
}
