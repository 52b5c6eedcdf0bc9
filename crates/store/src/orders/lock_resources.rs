//! Lets one transaction at a time decide about the people, rooms and seats that it needs.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use uuid::Uuid;

use crate::error::StoreError;

/// What a transaction is about to decide about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// People, by their hosts' ids.
    pub hosts: BTreeSet<Uuid>,
    /// Rooms.
    pub rooms: BTreeSet<Uuid>,
    /// Dated occurrences.
    pub occurrences: BTreeSet<Uuid>,
    /// Weekly templates.
    pub templates: BTreeSet<Uuid>,
}

/// Waits until no other transaction decides about any of `resources`, until the end of this one. Everybody takes them in one
/// order, kinds first and ids within a kind, so that nobody waits in a circle. SQLite has one writer at a time anyhow.
///
/// # Errors
/// The database refuses.
pub async fn lock_resources(on: &impl ConnectionTrait, resources: &Resources) -> Result<(), StoreError> {
    if on.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    let tables = [
        ("hosts", "user_id", &resources.hosts),
        ("rooms", "id", &resources.rooms),
        ("occurrences", "id", &resources.occurrences),
        ("recurring_templates", "id", &resources.templates),
    ];
    for (table, key, ids) in tables {
        for id in ids {
            // NO KEY: rows that refer to it may be inserted meanwhile.
            let sql = format!("SELECT 1 AS one FROM {table} WHERE {key} = $1 FOR NO KEY UPDATE");
            on.query_one_raw(Statement::from_sql_and_values(
                DatabaseBackend::Postgres,
                sql,
                [(*id).into()],
            ))
            .await?;
        }
    }
    Ok(())
}
