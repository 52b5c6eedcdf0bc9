//! Keeps a connection that a person has just made, or made again.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// A connection that was just made.
#[derive(Clone, Debug)]
pub struct NewConnection<'a> {
    /// The row's id: that of [`find_account`], or a new one.
    pub id: Uuid,
    /// Whose.
    pub user_id: Uuid,
    /// At which provider.
    pub provider: &'static str,
    /// The provider's id of the account.
    pub account_id: &'a str,
    /// The account's address.
    pub account_email: &'a str,
    /// What was granted.
    pub scopes: &'a str,
    /// The access token, sealed for this row.
    pub access: &'a str,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// The refresh token, sealed for this row; without it the stored one stays.
    pub refresh: Option<&'a str>,
}

/// The row of this account of this person, if it was ever connected, and whether it has a refresh token.
///
/// # Errors
/// The database refuses.
pub async fn find_account(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    provider: &str,
    account_id: &str,
) -> Result<Option<(Uuid, bool)>, StoreError> {
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT id, refresh_token_sealed FROM calendar_connections \
             WHERE user_id = $1 AND provider = $2 AND account_id = $3",
            [user_id.into(), provider.into(), account_id.into()],
        ))
        .await?;
    let Some(row) = row else { return Ok(None) };
    let refresh: Option<String> = row.try_get("", "refresh_token_sealed")?;
    Ok(Some((row.try_get("", "id")?, refresh.is_some())))
}

/// Inserts the connection, or brings the row of the same account back to life with its choices as they were.
///
/// # Errors
/// The database refuses; [`StoreError::Duplicate`] cannot come, because the account is what conflicts.
pub async fn keep_connection(
    on: &impl ConnectionTrait,
    new: &NewConnection<'_>,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let sql = "INSERT INTO calendar_connections (id, user_id, provider, account_id, account_email, scopes, status, \
               access_token_sealed, access_token_expires_at, refresh_token_sealed, last_success_at, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, 'syncing', $7, $8, $9, $10, $10, $10) \
               ON CONFLICT (user_id, provider, account_id) DO UPDATE SET account_email = excluded.account_email, \
               scopes = excluded.scopes, status = 'syncing', access_token_sealed = excluded.access_token_sealed, \
               access_token_expires_at = excluded.access_token_expires_at, \
               refresh_token_sealed = COALESCE(excluded.refresh_token_sealed, calendar_connections.refresh_token_sealed), \
               token_lease_until = NULL, busy_checked_at = NULL, last_success_at = excluded.last_success_at, \
               last_error_code = NULL, last_error = NULL, last_error_at = NULL, updated_at = excluded.updated_at \
               RETURNING id";
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [
                new.id.into(),
                new.user_id.into(),
                new.provider.into(),
                new.account_id.into(),
                new.account_email.into(),
                new.scopes.into(),
                new.access.into(),
                new.expires_at.as_millisecond().into(),
                new.refresh.into(),
                now.as_millisecond().into(),
            ],
        ))
        .await?;
    match row {
        Some(row) => Ok(row.try_get("", "id")?),
        None => Err(StoreError::Inconsistent {
            place: "calendar_connections.id",
            what: "an upsert returned no row".to_owned(),
        }),
    }
}

/// Whether another connection, of whomever, uses the same account and would lose its access with this one.
///
/// # Errors
/// The database refuses.
pub async fn is_grant_shared(
    on: &impl ConnectionTrait,
    id: Uuid,
    provider: &str,
    account_id: &str,
) -> Result<bool, StoreError> {
    let row = on
        .query_one_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            "SELECT id FROM calendar_connections WHERE id <> $1 AND provider = $2 AND account_id = $3 \
             AND status <> 'disconnected' LIMIT 1",
            [id.into(), provider.into(), account_id.into()],
        ))
        .await?;
    Ok(row.is_some())
}
