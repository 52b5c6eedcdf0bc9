//! Opens the database and brings it to this version's schema, also when several replicas start at once.

use anyhow::Context;
use timetap_store::{Database, Engine};

/// Connects to `url` and migrates.
///
/// # Errors
/// The database cannot be reached, or a migration failed.
pub async fn open_migrated(url: &str) -> anyhow::Result<Database> {
    let database = Database::connect(url)
        .await
        .with_context(|| match url.split_once(':') {
            Some((kind, _)) => format!("the {kind} database cannot be opened"),
            None => "the database cannot be opened".to_owned(),
        })?;
    timetap_migrations::migrate(database.writer(), database.engine() == Engine::Postgres)
        .await
        .context("the database could not be migrated")?;
    Ok(database)
}
