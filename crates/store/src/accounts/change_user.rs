//! Changes one thing about an account.

use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use timetap_core::role::Role;
use uuid::Uuid;

use crate::entities::user;
use crate::error::StoreError;
use crate::unix_millis::UnixMillis;

/// Sets the name. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_name(on: &impl ConnectionTrait, id: Uuid, name: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::Name, Expr::value(name))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Sets whether an administrator has an event of every booking. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_wants_all_events(
    on: &impl ConnectionTrait,
    id: Uuid,
    wanted: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::WantsAllEvents, Expr::value(wanted))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Sets the role. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_role(on: &impl ConnectionTrait, id: Uuid, role: Role, now: Timestamp) -> Result<bool, StoreError> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::Role, Expr::value(role.as_str()))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Disables the account, or enables it again. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_disabled(
    on: &impl ConnectionTrait,
    id: Uuid,
    disabled: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = user::Entity::update_many()
        .col_expr(
            user::Column::DisabledAt,
            Expr::value(disabled.then(|| UnixMillis::from(now))),
        )
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that the address was proven; the first proof stays. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_verified(on: &impl ConnectionTrait, id: Uuid, now: Timestamp) -> Result<bool, StoreError> {
    let first = Func::coalesce([
        Expr::col(user::Column::EmailVerifiedAt),
        Expr::value(UnixMillis::from(now)),
    ]);
    let done = user::Entity::update_many()
        .col_expr(user::Column::EmailVerifiedAt, Expr::expr(first))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Sets the password. Returns whether there is such an account.
///
/// # Errors
/// The database refuses.
pub async fn set_password_hash(
    on: &impl ConnectionTrait,
    id: Uuid,
    hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(hash))
        .col_expr(user::Column::UpdatedAt, Expr::value(UnixMillis::from(now)))
        .filter(user::Column::Id.eq(id))
        .exec(on)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Holds the account's row until the end of the transaction, provided that it is enabled and `hash` is still its password.
/// Whoever checked a password outside of the transaction asks this before acting on it: a password that is changed at the
/// same instant either makes this false, or waits and then ends the session which was begun.
///
/// # Errors
/// The database refuses.
pub async fn hold_password(on: &impl ConnectionTrait, id: Uuid, hash: &str) -> Result<bool, StoreError> {
    let held = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::col(user::Column::PasswordHash))
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::PasswordHash.eq(hash))
        .filter(Expr::col(user::Column::DisabledAt).is_null())
        .exec(on)
        .await?;
    Ok(held.rows_affected == 1)
}
