//! Uses a one-time link up.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::accounts::insert_token::Purpose;
use crate::error::StoreError;

/// A link that was just used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedToken {
    /// For whom it was; nobody for the set-up.
    pub user_id: Option<Uuid>,
}

/// Uses the link up. `None` where there is none, or it was used before, or it has expired. One statement, so that of two
/// uses at the same instant one loses.
///
/// # Errors
/// The database refuses.
pub async fn use_token(
    on: &impl ConnectionTrait,
    purpose: Purpose,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<UsedToken>, StoreError> {
    let sql = "UPDATE one_time_tokens SET used_at = $3 \
               WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id";
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [token_hash.into(), purpose.as_str().into(), now.as_millisecond().into()],
        ))
        .await?;
    match row {
        None => Ok(None),
        Some(row) => Ok(Some(UsedToken {
            user_id: row.try_get_by_index(0)?,
        })),
    }
}
