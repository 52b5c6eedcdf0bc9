//! Notes that a session is in use, or that it goes by another token.

use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::login_session;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Notes that the session was used `now`, and lets it live until `expires_at`.
///
/// # Errors
/// The database refuses.
pub async fn touch_session(
    on: &impl ConnectionTrait,
    session_id: Uuid,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    login_session::Entity::update_many()
        .col_expr(login_session::Column::LastSeenAt, Expr::value(UnixMillis::from(now)))
        .col_expr(
            login_session::Column::ExpiresAt,
            Expr::value(UnixMillis::from(expires_at)),
        )
        .filter(login_session::Column::Id.eq(session_id))
        .exec(on)
        .await?;
    Ok(())
}

/// Gives the session another token, by its hash; the one before opens nothing any more. A session that has ended stays ended.
///
/// # Errors
/// The database refuses.
pub async fn renew_token(on: &impl ConnectionTrait, session_id: Uuid, token_hash: &str) -> Result<(), StoreError> {
    login_session::Entity::update_many()
        .col_expr(login_session::Column::TokenHash, Expr::value(token_hash))
        .filter(login_session::Column::Id.eq(session_id))
        .exec(on)
        .await?;
    Ok(())
}
