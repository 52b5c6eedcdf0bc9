//! Restores a backup in one transaction.

use std::io::{Read, Seek};

use timetap_store::backup::catalog::{find_occupied, keep_existing};
use timetap_store::backup::clear_tables::clear_tables;
use timetap_store::backup::load_rows::{Link, Target, find_link, link_rows, load_rows};
use timetap_store::backup::tables::{Table, list_tables};
use timetap_store::inspect::list_migrations::list_migrations;

use super::BackupError;
use super::check_backup::check_backup;
use super::format::Summary;
use super::hold_back::hold_on;
use super::read_backup::{BackupReader, Part};
use crate::platform::timetap::TimeTap;

/// How to restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreOptions {
    /// Whether what is in the database now may be deleted.
    pub replace: bool,
    /// Whether the backup is one of the past: mails that may have gone out since are held, and every sign-in and one-time
    /// link ends. Only for a backup of this version's schema; see [`super::hold_back()`] for others.
    pub hold_back: bool,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub summary: Summary,
    /// Mails that wait for an administrator's decision.
    pub held_mails: u64,
}

/// Restores the backup into the app's database, which has the backup's schema: every row or none.
///
/// # Errors
/// See [`BackupError`]; the database is as it was then.
pub async fn restore_backup(
    app: &TimeTap,
    mut input: impl Read + Seek,
    options: RestoreOptions,
) -> Result<Restored, BackupError> {
    // To its end, before a row of it is believed.
    check_backup(&mut input)?;
    input.rewind()?;
    let mut reader = BackupReader::open(input)?;
    let txn = app.db.begin().await?;
    let tables = keep_existing(&txn, list_tables()?).await?;
    let migrations = list_migrations(&txn).await?;
    if migrations != reader.header().migrations {
        let last = |names: &[String]| names.last().cloned().unwrap_or_else(|| "none".to_owned());
        return Err(BackupError::OtherSchema {
            backup: last(&reader.header().migrations),
            database: last(&migrations),
        });
    }
    if options.replace {
        clear_tables(&txn, &tables).await?;
    } else if let Some(table) = find_occupied(&txn, &tables).await? {
        return Err(BackupError::NotEmpty(table.to_owned()));
    }
    let mut open: Option<Open<'_>> = None;
    loop {
        match reader.next()? {
            Part::Table { name, columns } => {
                finish(&txn, open.take()).await?;
                open = Some(Open::new(&tables, &name, &columns)?);
            }
            Part::Row(row) => {
                let Some(open) = open.as_mut() else {
                    return Err(BackupError::Damaged("a row stands outside of every table".to_owned()));
                };
                open.links.extend(find_link(&open.target, &row));
                open.rows.push(row);
                if open.rows.len() >= open.target.most_rows() {
                    load_rows(&txn, &open.target, &open.rows).await?;
                    open.rows.clear();
                }
            }
            Part::End => break,
        }
    }
    finish(&txn, open.take()).await?;
    let held_mails = if options.hold_back {
        hold_on(&txn, app).await?
    } else {
        0
    };
    txn.commit().await?;
    app.signal.ring();
    Ok(Restored {
        summary: reader.into_summary(),
        held_mails,
    })
}

/// The table whose rows are coming.
struct Open<'a> {
    target: Target<'a>,
    rows: Vec<timetap_store::backup::Row>,
    links: Vec<Link>,
}

impl<'a> Open<'a> {
    fn new(tables: &'a [Table], name: &str, columns: &[String]) -> Result<Self, BackupError> {
        let unknown = |what: &str| BackupError::OtherTables(what.to_owned());
        let table = tables
            .iter()
            .find(|table| table.name == name)
            .ok_or_else(|| unknown(name))?;
        let columns = columns
            .iter()
            .map(|column| table.column(column).ok_or_else(|| unknown(&format!("{name}.{column}"))))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            target: Target { table, columns },
            rows: Vec::new(),
            links: Vec::new(),
        })
    }
}

async fn finish(on: &impl sea_orm::ConnectionTrait, open: Option<Open<'_>>) -> Result<(), BackupError> {
    if let Some(open) = open {
        load_rows(on, &open.target, &open.rows).await?;
        link_rows(on, open.target.table, &open.links).await?;
    }
    Ok(())
}
