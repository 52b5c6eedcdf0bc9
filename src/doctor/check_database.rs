//! The database: there, answering, of this version's schema, writable, and with the rules that TimeTap relies on.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use timetap_core::clock::Clock;
use timetap_migrations::migration_names;
use timetap_store::database::sqlite_path;
use timetap_store::inspect::list_migrations::list_migrations;
use timetap_store::inspect::postgres_facts::{PostgresFacts, read_postgres_facts};
use timetap_store::inspect::probe_write::probe_write;
use timetap_store::inspect::sqlite_facts::{read_sqlite_facts, read_synchronous};
use timetap_store::{Database, Engine, StoreError};

use super::finding::Section;

/// A server that does not answer within this time counts as not answering.
const PATIENCE: Duration = Duration::from_secs(15);
/// Connections that one TimeTap may use, the one that listens included.
const CONNECTIONS: i64 = 17;
/// Older ones get no corrections any more (<https://www.postgresql.org/support/versioning/>).
const OLDEST_POSTGRES: i64 = 14;

/// A database that answers.
#[derive(Debug)]
pub struct Found {
    /// It.
    pub database: Database,
    /// Whether its schema is that of this version, so that tables can be read.
    pub migrated: bool,
    /// Our clock and the server's at the same moment, where it has one of its own.
    pub server_time: Option<(Timestamp, Timestamp)>,
}

/// Looks at the database.
pub async fn check_database(section: &mut Section<'_>, url: Option<&str>, clock: &Clock) -> Option<Found> {
    let Some(url) = url else {
        section.skipped("connection", "Not looked at, because database_url cannot be used.");
        return None;
    };
    if let Some(path) = sqlite_path(url)
        && !Path::new(path).exists()
    {
        section.error(
            "connection",
            format!("There is no database at {path}."),
            "Correct database_url, or make a new one: timetap migrate",
        );
        return None;
    }
    let connected = tokio::time::timeout(PATIENCE, Database::connect_to_look(url)).await;
    let database = match connected
        .map_err(|_| "no answer".to_owned())
        .and_then(|answer| answer.map_err(|error| say(&error)))
    {
        Ok(database) => database,
        Err(reason) => {
            section.error(
                "connection",
                format!("The database cannot be opened: {reason}."),
                "Start the database server, or correct the address, user and password in database_url.",
            );
            return None;
        }
    };
    section.ok(
        "connection",
        match sqlite_path(url) {
            Some(path) => format!("The SQLite file {path} opens."),
            None => "PostgreSQL answers.".to_owned(),
        },
    );
    let migrated = check_schema(section, &database).await;
    let mut server_time = None;
    let outcome = match database.engine() {
        Engine::Sqlite => check_sqlite(section, &database, url, migrated).await,
        Engine::Postgres => match read_postgres_facts(database.reader()).await {
            Ok(facts) => {
                server_time = Some((clock.now(), facts.now));
                check_postgres(section, &facts, migrated);
                Ok(())
            }
            Err(error) => Err(error),
        },
    };
    if let Err(error) = outcome {
        section.error(
            "facts",
            format!("The database does not answer questions: {}.", say(&error)),
            "Look at the database's own log.",
        );
    }
    if migrated {
        check_writing(section, &database, clock).await;
    }
    Some(Found {
        database,
        migrated,
        server_time,
    })
}

async fn check_schema(section: &mut Section<'_>, database: &Database) -> bool {
    let applied = match list_migrations(database.reader()).await {
        Ok(applied) => applied,
        Err(error) => {
            section.error(
                "schema",
                format!("The list of migrations cannot be read: {}.", say(&error)),
                "Give TimeTap's user the right to read and change the whole database.",
            );
            return false;
        }
    };
    let known = migration_names();
    let missing = known.iter().filter(|name| !applied.contains(name)).count();
    let newer = applied.iter().filter(|name| !known.contains(name)).count();
    if newer > 0 {
        section.error(
            "schema",
            format!("A later version of TimeTap has changed this database ({newer} migrations are unknown here)."),
            "Run that version, or restore a backup of this one's time into a new database: timetap restore FILE",
        );
    } else if missing > 0 {
        section.error(
            "schema",
            format!(
                "The database has not the schema of this version: {missing} of {} migrations are missing.",
                known.len()
            ),
            "timetap migrate",
        );
    } else {
        section.ok("schema", "The schema is that of this version.");
    }
    missing == 0
}

async fn check_sqlite(
    section: &mut Section<'_>,
    database: &Database,
    url: &str,
    migrated: bool,
) -> Result<(), StoreError> {
    let facts = read_sqlite_facts(database.reader()).await?;
    match &facts.damage {
        None => section.ok("integrity", "SQLite finds no damage in the file."),
        Some(damage) => section.error(
            "integrity",
            format!("SQLite finds damage in the file: {damage}."),
            "Stop TimeTap, keep a copy of the file, and restore the last backup: timetap restore FILE --replace",
        ),
    }
    if facts.broken_references > 0 {
        section.error(
            "references",
            format!("{} rows point to rows that are not there.", facts.broken_references),
            "Restore the last backup; something other than TimeTap has changed the file.",
        );
    }
    if facts.journal_mode == "wal" {
        // As TimeTap itself opens it, which changes nothing where the file is in this mode already.
        let as_served = Database::connect(url).await?;
        let synchronous = read_synchronous(as_served.writer()).await?;
        as_served.close().await?;
        if synchronous == 2 {
            section.ok(
                "durability",
                "The write-ahead log is on, and every commit is synced to disk.",
            );
        } else {
            section.error(
                "durability",
                format!("Commits are not synced to disk (synchronous is {synchronous})."),
                "Run the TimeTap that is built from unchanged sources, or use PostgreSQL.",
            );
        }
    } else {
        section.warning(
            "durability",
            format!("The write-ahead log is off (journal_mode is {}).", facts.journal_mode),
            "TimeTap switches it on when it starts. If that does not help, the file is on a network share: move it to a local disk.",
        );
    }
    if migrated {
        check_guards(section, facts.guards == 4);
    }
    Ok(())
}

fn check_postgres(section: &mut Section<'_>, facts: &PostgresFacts, migrated: bool) {
    if facts.major < OLDEST_POSTGRES {
        section.warning(
            "version",
            format!("PostgreSQL {} gets no corrections any more.", facts.version),
            format!("Upgrade the server to PostgreSQL {OLDEST_POSTGRES} or newer."),
        );
    } else {
        section.ok("version", format!("It is PostgreSQL {}.", facts.version));
    }
    if facts.read_only {
        section.error(
            "read_only",
            "This server takes no writes: it is a standby, or set to read only.",
            "Point database_url at the primary server.",
        );
    }
    if migrated && !facts.has_btree_gist {
        section.error(
            "btree_gist",
            "The extension btree_gist is not installed.",
            "As a database administrator: CREATE EXTENSION btree_gist;",
        );
    }
    if migrated {
        check_guards(section, facts.keeps_apart);
    }
    let free = facts.allowed - facts.connections;
    if free < CONNECTIONS {
        section.warning(
            "connections",
            format!(
                "{} of {} connections are in use; one TimeTap may need {CONNECTIONS}.",
                facts.connections, facts.allowed
            ),
            "Raise max_connections in postgresql.conf, or run fewer replicas.",
        );
    } else {
        section.ok(
            "connections",
            format!("{} of {} connections are in use.", facts.connections, facts.allowed),
        );
    }
}

fn check_guards(section: &mut Section<'_>, there: bool) {
    if there {
        section.ok("double_booking", "The database itself refuses double bookings.");
    } else {
        section.error(
            "double_booking",
            "A rule that keeps bookings apart (claims_keep_apart, appointments_keep_apart) was removed from the database.",
            "Back up, and restore into a new database, which has the rule: timetap backup FILE, then timetap restore FILE",
        );
    }
}

async fn check_writing(section: &mut Section<'_>, database: &Database, clock: &Clock) {
    match tokio::time::timeout(PATIENCE, probe_write(database, clock.now())).await {
        Ok(Ok(())) => section.ok("writing", "It can be written to."),
        Ok(Err(error)) if error.is_transient() => section.warning(
            "writing",
            "The database stayed locked for five seconds.",
            "Look for another program that holds a transaction open on it.",
        ),
        Ok(Err(error)) => section.error(
            "writing",
            format!("It cannot be written to: {}.", say(&error)),
            "Give TimeTap's user the right to write the file and its folder, or the tables; look whether the disk is full.",
        ),
        Err(_) => section.warning(
            "writing",
            "A write took longer than fifteen seconds.",
            "Look for another program that holds a transaction open on it.",
        ),
    }
}

/// The error without what our own code says around it, and without a full stop.
pub fn say(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut text = text.as_str();
    for prefix in [
        "database: ",
        "Connection Error: ",
        "Query Error: ",
        "Execution Error: ",
        "error returned from database: ",
    ] {
        text = text.strip_prefix(prefix).unwrap_or(text);
    }
    text.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::finding::{Group, Report, Status};
    use super::*;

    #[test]
    fn a_server_that_gets_no_corrections_any_more_is_named() {
        for (major, status) in [(13, Status::Warning), (OLDEST_POSTGRES, Status::Ok)] {
            let facts = PostgresFacts {
                version: format!("{major}.1"),
                major,
                has_btree_gist: true,
                keeps_apart: true,
                connections: 1,
                allowed: 100,
                read_only: false,
                now: Timestamp::UNIX_EPOCH,
            };
            let mut report = Report::default();
            check_postgres(&mut report.group(Group::Database), &facts, true);
            let finding = &report.findings()[0];
            assert_eq!((finding.check, finding.status), ("version", status), "{finding:?}");
            assert!(finding.message.contains(&facts.version), "{finding:?}");
        }
    }
}
