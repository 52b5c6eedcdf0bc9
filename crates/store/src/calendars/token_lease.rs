//! Who may refresh a connection's access token: one task of one replica at a time.

use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::change_row::change_row;
use crate::error::StoreError;

/// Takes the right to refresh, until `until`. False where somebody else has it.
///
/// # Errors
/// The database refuses.
pub async fn take_token_lease(
    on: &impl ConnectionTrait,
    id: Uuid,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "UPDATE calendar_connections SET token_lease_until = $2 WHERE id = $1 \
               AND (token_lease_until IS NULL OR token_lease_until <= $3)";
    change_row(
        on,
        sql,
        [id.into(), until.as_millisecond().into(), now.as_millisecond().into()],
    )
    .await
}

/// Gives the right back.
///
/// # Errors
/// The database refuses.
pub async fn drop_token_lease(on: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    let sql = "UPDATE calendar_connections SET token_lease_until = NULL WHERE id = $1";
    change_row(on, sql, [id.into()]).await.map(|_| ())
}

/// Fresh tokens, sealed.
#[derive(Clone, Debug)]
pub struct FreshTokens<'a> {
    /// The access token.
    pub access: &'a str,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// A new refresh token, where one came; without it the stored one stays.
    pub refresh: Option<&'a str>,
}

/// Stores fresh tokens and gives the right to refresh back, as long as the connection still has the refresh token `from`
/// which they came: a reconnection in the meantime wins. Returns whether they were stored.
///
/// # Errors
/// The database refuses.
pub async fn save_tokens(
    on: &impl ConnectionTrait,
    id: Uuid,
    from: &str,
    tokens: &FreshTokens<'_>,
) -> Result<bool, StoreError> {
    let sql = "UPDATE calendar_connections SET access_token_sealed = $3, access_token_expires_at = $4, \
               refresh_token_sealed = COALESCE($5, refresh_token_sealed), token_lease_until = NULL \
               WHERE id = $1 AND refresh_token_sealed = $2";
    let values = [
        id.into(),
        from.into(),
        tokens.access.into(),
        tokens.expires_at.as_millisecond().into(),
        tokens.refresh.into(),
    ];
    change_row(on, sql, values).await
}
