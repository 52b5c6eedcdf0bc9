//! Removes carts that nobody came back to.

use jiff::Timestamp;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entities::cart;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Deletes the carts of guests that have not been used since `guests`, and those of accounts not used since `accounts`,
/// with all that is in them. Returns how many went.
///
/// # Errors
/// The database refuses.
pub async fn delete_old_carts(
    on: &impl ConnectionTrait,
    guests: Timestamp,
    accounts: Timestamp,
) -> Result<u64, StoreError> {
    use cart::Column;
    let mut rows = 0;
    for (is_account, since) in [(false, guests), (true, accounts)] {
        let whose = if is_account {
            Column::UserId.is_not_null()
        } else {
            Column::UserId.is_null()
        };
        let done = cart::Entity::delete_many()
            .filter(whose)
            .filter(Column::UpdatedAt.lt(UnixMillis::from(since)))
            .exec(on)
            .await?;
        rows += done.rows_affected;
    }
    Ok(rows)
}
