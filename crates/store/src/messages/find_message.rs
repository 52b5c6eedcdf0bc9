//! One e-mail that is owed.

use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, Statement};
use uuid::Uuid;

use crate::entities::message;
use crate::error::StoreError;

/// The mail of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_message(on: &impl ConnectionTrait, id: Uuid) -> Result<Option<message::Model>, StoreError> {
    Ok(message::Entity::find_by_id(id).one(on).await?)
}

/// Locks the row of the mail of this id until the transaction ends. SQLite's transactions exclude each other anyway.
///
/// # Errors
/// The database refuses.
pub async fn lock_message(on: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    if on.get_database_backend() == DatabaseBackend::Postgres {
        let sql = "SELECT 1 FROM messages WHERE id = $1 FOR UPDATE";
        on.execute_raw(Statement::from_sql_and_values(
            DatabaseBackend::Postgres,
            sql,
            [id.into()],
        ))
        .await?;
    }
    Ok(())
}
