//! Lets one transaction at a time decide about a host's time.

use sea_orm::sea_query::LockType;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, QuerySelect};
use uuid::Uuid;

use crate::entities::host;
use crate::error::StoreError;

/// Waits until no other transaction is deciding about this host's time, until the end of this one, and reads the host as
/// they are then.
///
/// Claims are kept apart by the database in any case; this keeps what no constraint can say, such as the daily limit, and
/// spares those who try at the same time a deadlock. SQLite has one writer at a time anyhow.
///
/// # Errors
/// The database refuses.
pub async fn lock_host(on: &impl ConnectionTrait, host_id: Uuid) -> Result<Option<host::Model>, StoreError> {
    let mut query = host::Entity::find_by_id(host_id);
    if on.get_database_backend() == DatabaseBackend::Postgres {
        // NO KEY: rows that refer to the host may be inserted meanwhile.
        query = query.lock(LockType::NoKeyUpdate);
    }
    Ok(query.one(on).await?)
}
