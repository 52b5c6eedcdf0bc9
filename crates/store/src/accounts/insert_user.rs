//! Makes an account.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, Statement};
use timetap_core::role::Role;
use uuid::Uuid;

use crate::error::StoreError;

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// A new id.
    pub id: Uuid,
    /// As its owner spells it.
    pub email: String,
    /// To look it up by.
    pub email_key: String,
    /// How to address the person.
    pub name: String,
    /// What the person may do.
    pub role: Role,
    /// A PHC string; none for an account that cannot be signed in to yet.
    pub password_hash: Option<String>,
    /// Whether the address counts as proven from the start.
    pub verified: bool,
}

/// Makes the account. Returns false, and changes nothing, where the address has one already. Unlike a unique violation this
/// leaves a transaction on PostgreSQL usable.
///
/// # Errors
/// The database refuses.
pub async fn insert_user(on: &impl ConnectionTrait, new: &NewAccount, now: Timestamp) -> Result<bool, StoreError> {
    let sql = "INSERT INTO users (id, email, email_key, name, role, password_hash, email_verified_at, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (email_key) DO NOTHING";
    let verified_at = new.verified.then(|| now.as_millisecond());
    let done = on
        .execute_raw(Statement::from_sql_and_values(
            on.get_database_backend(),
            sql,
            [
                new.id.into(),
                new.email.clone().into(),
                new.email_key.clone().into(),
                new.name.clone().into(),
                new.role.as_str().into(),
                new.password_hash.clone().into(),
                verified_at.into(),
                now.as_millisecond().into(),
            ],
        ))
        .await?;
    Ok(done.rows_affected() == 1)
}
