//! `timetap restore`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use timetap_migrations::{migrate, migrate_up_to, migration_names};
use timetap_store::inspect::list_migrations::list_migrations;
use timetap_store::{Database, Engine};
use timetap_usecases::backup::{BackupError, RestoreOptions, Summary, check_backup, hold_back, restore_backup};

use crate::compose::assemble;
use crate::config::Config;
use crate::doctor::check_address::is_serving;

/// From where, and how.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The backup.
    file: PathBuf,
    /// Delete what is in the database now. Without it, only an empty database is restored into.
    #[arg(long)]
    replace: bool,
    /// The backup is the last state, taken after TimeTap was stopped (a move to another machine or database): owed mails
    /// go out, and people stay signed in. Without it, mails that were owed are held at /admin/jobs, because most have
    /// gone out since the backup was taken, and everybody signs in again.
    #[arg(long)]
    exact: bool,
}

/// Restores and says what was done.
pub async fn run(file: Option<&Path>, arguments: &RestoreArguments) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let open = || -> anyhow::Result<BufReader<File>> {
        let file = File::open(&arguments.file).with_context(|| format!("cannot read {}", arguments.file.display()))?;
        Ok(BufReader::new(file))
    };
    if is_serving(config.listen, &config.keys).await {
        bail!(
            "nothing was restored; TimeTap is serving at {}, and its jobs would go on with what they began: stop it first",
            config.listen
        );
    }
    // Before the database is touched at all.
    let summary = check_backup(open()?)?;
    let database = Database::connect(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    prepare_schema(&database, &summary).await?;
    let app = assemble(&config, database)?;
    // The rows of an earlier version are held back when they have this version's schema.
    let is_current = summary.header.migrations == migration_names();
    let options = RestoreOptions {
        replace: arguments.replace,
        hold_back: is_current && !arguments.exact,
    };
    let mut restored = restore_backup(&app, open()?, options).await.map_err(|error| match error {
        BackupError::NotEmpty(_) => anyhow::Error::from(error).context(
            "nothing was restored; add --replace to delete what is there, or name a new database in database_url",
        ),
        BackupError::OtherSchema { .. } => anyhow::Error::from(error).context(
            "nothing was restored; restore into a new, empty database, which gets the backup's schema first and this version's then",
        ),
        other => anyhow::Error::from(other).context("nothing was restored"),
    })?;
    migrate(app.db.writer(), app.db.engine() == Engine::Postgres)
        .await
        .context("everything is restored, but the database could not be brought to this version's schema; run timetap migrate")?;
    if !is_current && !arguments.exact {
        restored.held_mails = hold_back(&app)
            .await
            .context("everything is restored, but mails of that time could not be held; do not start TimeTap, and restore again into a new database")?;
    }
    app.db.clone().close().await?;
    super::say(&format!(
        "Restored {} rows, as they were at {}.",
        restored.summary.total(),
        restored.summary.header.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
    ));
    if !arguments.exact {
        super::say("Everybody has to sign in again. What was booked or changed after that moment is not in it.");
    }
    if restored.held_mails > 0 {
        super::say(&format!(
            "{} mails were owed at that moment and have probably gone out since. They are held at /admin/jobs, where Retry sends them.",
            restored.held_mails
        ));
    }
    super::say("Calendar events that were owed are written again under the same ids, so that none is doubled.");
    Ok(())
}

/// Brings a database without tables to the backup's schema.
async fn prepare_schema(database: &Database, summary: &Summary) -> anyhow::Result<()> {
    let wanted = &summary.header.migrations;
    let known = migration_names();
    if !known.starts_with(wanted) {
        bail!(
            "nothing was restored; the backup was made by a later version ({}) than this one, {}",
            summary.header.program,
            env!("CARGO_PKG_VERSION")
        );
    }
    if list_migrations(database.reader()).await?.is_empty() {
        migrate_up_to(database.writer(), u32::try_from(wanted.len())?)
            .await
            .context("the tables could not be made")?;
    }
    Ok(())
}
