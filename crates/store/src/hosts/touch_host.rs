//! Holds a host's row for the rest of the transaction.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::host;
use crate::error::StoreError;

/// Notes that something of the host changed at `now`, and so makes other changes of the same host wait until this
/// transaction ends. Returns whether there is such a host.
///
/// # Errors
/// The database refuses.
pub async fn touch_host(on: &impl ConnectionTrait, user_id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let done = host::Entity::update_many()
        .col_expr(host::Column::UpdatedAt, Expr::value(now.as_millisecond()))
        .filter(host::Column::UserId.eq(user_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
