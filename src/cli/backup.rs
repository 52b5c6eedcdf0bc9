//! `timetap backup`.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use timetap_core::clock::Clock;
use timetap_core::entropy::Entropy;
use timetap_store::Database;
use timetap_usecases::backup::{Summary, check_backup, write_backup};

use crate::config::Config;

/// Where to.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to write. It holds everything but the keys: keep those too, in another place.
    file: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    overwrite: bool,
}

/// Writes a backup and says what it holds.
pub async fn run(file: Option<&Path>, arguments: &BackupArguments) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let target = &arguments.file;
    if target.exists() && !arguments.overwrite {
        bail!(
            "{} is there already; name another file, or add --overwrite",
            target.display()
        );
    }
    let database = Database::connect_to_look(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    let part = Part::beside(target)?;
    let written = write_part(&database, &part).await;
    database.close().await?;
    let summary = written.context("no backup was made")?;
    part.rename_to(target)?;
    super::say(&format!(
        "{} holds {} rows of {} tables, as they were at {}.",
        target.display(),
        summary.total(),
        summary.rows.len(),
        summary.header.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
    ));
    super::say("It does not hold the keys of the settings; without them, sealed values in it cannot be opened.");
    Ok(())
}

async fn write_part(database: &Database, part: &Part) -> anyhow::Result<Summary> {
    let file = part.create()?;
    let mut out = BufWriter::new(file);
    let summary = write_backup(database, &mut out, Clock::system().now()).await?;
    out.flush()?;
    // On disk before it gets its name: a name without content would pass for a backup after a power cut.
    out.get_ref().sync_all()?;
    let read = check_backup(BufReader::new(File::open(&part.path)?)).context("it was read again and is not right")?;
    if read != summary {
        bail!("it was read again and holds something else");
    }
    Ok(summary)
}

/// A file under another name until it is whole; removed where it never becomes so.
struct Part {
    path: PathBuf,
    folder: PathBuf,
}

impl Part {
    fn beside(target: &Path) -> anyhow::Result<Self> {
        let Some(name) = target.file_name() else {
            bail!("{} is not the name of a file", target.display());
        };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let id = Entropy::system().uuid(Clock::system().now());
        let path = folder.join(format!(".{}.{id}.part", name.to_string_lossy()));
        Ok(Self { path, folder })
    }

    /// For the operator's eyes alone: it holds everybody's data.
    fn create(&self) -> anyhow::Result<File> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&self.path)
            .with_context(|| format!("cannot write into the folder {}", self.folder.display()))
    }

    fn rename_to(&self, target: &Path) -> anyhow::Result<()> {
        std::fs::rename(&self.path, target).with_context(|| format!("cannot write {}", target.display()))?;
        // The new name is on disk, too.
        File::open(&self.folder)?.sync_all()?;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}
