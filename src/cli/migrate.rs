//! `timetap migrate`.

use std::path::Path;

use crate::compose::database::open_migrated;
use crate::config::Config;

/// Migrates and says so.
pub async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let database = open_migrated(&config.database_url).await?;
    database.close().await?;
    super::say("The database has the schema of this version.");
    Ok(())
}
