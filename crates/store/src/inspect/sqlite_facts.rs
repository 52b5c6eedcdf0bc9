//! What a SQLite file says about itself.

use sea_orm::{ConnectionTrait, Statement};

use crate::error::StoreError;

/// Facts about a SQLite file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqliteFacts {
    /// SQLite's own version.
    pub version: String,
    /// `wal` where TimeTap has served from it.
    pub journal_mode: String,
    /// What SQLite's own check of the pages found, where it found something.
    pub damage: Option<String>,
    /// Rows that point to rows that are not there.
    pub broken_references: usize,
    /// How many of the four triggers that keep claims and appointments apart are there.
    pub guards: i64,
}

/// Reads them. Takes a second or so for every few hundred megabytes.
///
/// # Errors
/// The database refuses.
pub async fn read_sqlite_facts(on: &impl ConnectionTrait) -> Result<SqliteFacts, StoreError> {
    let damage = check_pages(on).await?;
    let broken = on.query_all_raw(statement(on, "PRAGMA foreign_key_check")).await?;
    Ok(SqliteFacts {
        version: read_text(on, "SELECT sqlite_version() AS value").await?,
        journal_mode: read_text(on, "SELECT journal_mode AS value FROM pragma_journal_mode").await?,
        damage,
        broken_references: broken.len(),
        guards: read_number(
            on,
            "SELECT COUNT(*) AS value FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%s_keep_apart_%'",
        )
        .await?,
    })
}

/// What is wrong with the file's pages and indexes, in SQLite's words; `None` where nothing is.
///
/// # Errors
/// The database refuses.
pub async fn check_pages(on: &impl ConnectionTrait) -> Result<Option<String>, StoreError> {
    let text = read_text(
        on,
        "SELECT integrity_check AS value FROM pragma_integrity_check LIMIT 1",
    )
    .await?;
    Ok((text != "ok").then_some(text))
}

/// How eagerly this connection syncs to disk: 2 (FULL) means that a commit survives a power cut.
///
/// # Errors
/// The database refuses.
pub async fn read_synchronous(on: &impl ConnectionTrait) -> Result<i64, StoreError> {
    read_number(on, "SELECT synchronous AS value FROM pragma_synchronous").await
}

fn statement(on: &impl ConnectionTrait, sql: &str) -> Statement {
    Statement::from_string(on.get_database_backend(), sql)
}

async fn read_text(on: &impl ConnectionTrait, sql: &str) -> Result<String, StoreError> {
    let row = on.query_one_raw(statement(on, sql)).await?;
    Ok(row.map(|row| row.try_get("", "value")).transpose()?.unwrap_or_default())
}

async fn read_number(on: &impl ConnectionTrait, sql: &str) -> Result<i64, StoreError> {
    let row = on.query_one_raw(statement(on, sql)).await?;
    Ok(row.map(|row| row.try_get("", "value")).transpose()?.unwrap_or_default())
}
