//! Fills the few words in which the two databases differ into a migration's SQL, and runs it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// Runs `statements` one by one. `{uuid}`, `{int}`, `{json}`, `{bool}` become the column types of the database at hand and
/// `{strict}` the table option that makes SQLite check them.
///
/// # Errors
/// The database's own error, naming the statement's position.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    let words = if postgres {
        [
            ("{uuid}", "uuid"),
            ("{int}", "bigint"),
            ("{json}", "jsonb"),
            ("{bool}", "boolean"),
            ("{strict}", ""),
        ]
    } else {
        [
            ("{uuid}", "BLOB"),
            ("{int}", "INTEGER"),
            ("{json}", "TEXT"),
            ("{bool}", "INTEGER"),
            ("{strict}", "STRICT"),
        ]
    };
    for statement in statements {
        let sql = words
            .iter()
            .fold((*statement).to_owned(), |sql, (word, with)| sql.replace(word, with));
        manager.get_connection().execute_unprepared(&sql).await?;
    }
    Ok(())
}
