//! Writes a backup.

use std::collections::BTreeMap;
use std::io::Write;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use timetap_store::backup::catalog::find_differences;
use timetap_store::backup::read_rows::read_rows;
use timetap_store::backup::snapshot::begin_snapshot;
use timetap_store::backup::tables::list_tables;
use timetap_store::inspect::list_migrations::list_migrations;
use timetap_store::inspect::sqlite_facts::check_pages;
use timetap_store::{Database, Engine};

use super::BackupError;
use super::format::{FORMAT, Header, MAGIC, Summary, TableLine, Trailer};

/// Rows that are read at once.
const PIECE: u32 = 1000;

/// Writes everything as it is at this moment to `out`, while others go on reading and writing. Give `out` back to the disk
/// (flush, sync) before relying on it.
///
/// # Errors
/// See [`BackupError`]; `out` may hold a part by then.
pub async fn write_backup(database: &Database, out: impl Write, now: Timestamp) -> Result<Summary, BackupError> {
    let tables = list_tables()?;
    let snapshot = begin_snapshot(database).await?;
    let differences = find_differences(&snapshot, &tables).await?;
    if !differences.is_empty() {
        return Err(BackupError::OtherTables(differences.join(", ")));
    }
    let engine = match database.engine() {
        Engine::Sqlite => {
            if let Some(damage) = check_pages(&snapshot).await? {
                return Err(BackupError::DamagedDatabase(damage));
            }
            "sqlite"
        }
        Engine::Postgres => "postgres",
    };
    let header = Header {
        timetap: MAGIC.to_owned(),
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        taken_at: now,
        migrations: list_migrations(&snapshot).await?,
    };
    let mut lines = Lines::new(out);
    lines.write(&header)?;
    let mut rows = BTreeMap::new();
    for table in &tables {
        lines.write(&TableLine {
            table: table.name.to_owned(),
            columns: table.columns.iter().map(|column| column.name.to_owned()).collect(),
        })?;
        let mut count = 0;
        let mut last = None;
        loop {
            let mut piece = read_rows(&snapshot, table, last.as_ref(), PIECE).await?;
            for row in &piece {
                lines.write(row)?;
                count += 1;
            }
            match piece.pop() {
                Some(row) => last = Some(row),
                None => break,
            }
        }
        rows.insert(table.name.to_owned(), count);
    }
    snapshot.rollback().await?;
    lines.finish(&rows)?;
    Ok(Summary { header, rows })
}

/// Compresses lines and keeps their digest.
struct Lines<W: Write> {
    out: GzEncoder<W>,
    digest: Sha256,
}

impl<W: Write> Lines<W> {
    fn new(out: W) -> Self {
        Self {
            out: GzEncoder::new(out, Compression::default()),
            digest: Sha256::new(),
        }
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), BackupError> {
        let mut bytes = serde_json::to_vec(line).map_err(std::io::Error::from)?;
        bytes.push(b'\n');
        self.digest.update(&bytes);
        self.out.write_all(&bytes)?;
        Ok(())
    }

    fn finish(mut self, rows: &BTreeMap<String, u64>) -> Result<(), BackupError> {
        let sha256 = HEXLOWER.encode(&self.digest.clone().finalize());
        self.write(&Trailer {
            end: true,
            rows: rows.clone(),
            sha256,
        })?;
        self.out.finish()?.flush()?;
        Ok(())
    }
}
