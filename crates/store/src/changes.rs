//! Whether anything in the database has changed, asked by one cheap statement.
//!
//! On SQLite it is `PRAGMA data_version`, whose value moves when any other connection, of this process or another, has
//! committed (<https://sqlite.org/pragma.html#pragma_data_version>). It can be compared on one connection only, which is kept
//! for this alone and never writes. On PostgreSQL it is the snapshot that a statement would see now: equal snapshots see the
//! same rows (PostgreSQL, "Transaction ID and Snapshot Information Functions"). The start of the server is said with it, so
//! that another server that took over, or an old state of this one that was restored, is not taken for the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection};
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement};
use tokio::sync::Mutex;

use crate::error::StoreError;

/// A state of the whole database. Equal ones hold the same rows; unequal ones may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The connection that was asked, by number, and its value: those of two connections say nothing of each other.
    Sqlite(u64, i64),
    /// The snapshot and the start of the server.
    Postgres(Arc<str>),
}

/// Asks for the version, for many at once where many ask. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Changes {
    source: Source,
    asked: Arc<Asked>,
}

#[derive(Clone, Debug)]
enum Source {
    /// Without the write-ahead log's modes: the connections that write have set them.
    Sqlite(Box<SqliteConnectOptions>),
    Postgres(DatabaseConnection),
    /// A database that only one connection can see.
    Unknown,
}

#[derive(Debug, Default)]
struct Asked {
    /// So many questions have been begun.
    begun: AtomicU64,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    connection: Option<SqliteConnection>,
    connections: u64,
    /// Which question was answered last, and how.
    number: u64,
    version: Option<Version>,
    closed: bool,
}

impl Changes {
    pub(crate) fn of_sqlite(path: &str) -> Self {
        let source = if path.starts_with(':') {
            Source::Unknown
        } else {
            Source::Sqlite(Box::new(
                SqliteConnectOptions::new().filename(path).disable_statement_logging(),
            ))
        };
        Self::of(source)
    }

    pub(crate) fn of_postgres(pool: DatabaseConnection) -> Self {
        Self::of(Source::Postgres(pool))
    }

    pub(crate) fn unknown() -> Self {
        Self::of(Source::Unknown)
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            asked: Arc::default(),
        }
    }

    /// The version at some instant after the call. Those who wait while somebody else's question is under way share the
    /// answer to the next one.
    pub(crate) async fn version(&self) -> Result<Option<Version>, StoreError> {
        if matches!(self.source, Source::Unknown) {
            return Ok(None);
        }
        let before = self.asked.begun.load(Ordering::SeqCst);
        let mut last = self.asked.last.lock().await;
        // It was begun after this call was: what was committed before the call, it has seen.
        if last.number > before {
            return Ok(last.version.clone());
        }
        let number = self.asked.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = self.ask(&mut last).await;
        // A failure is shared too: those who wait do not find out one after the other that the database is away.
        last.number = number;
        last.version = answer.as_ref().ok().cloned().flatten();
        answer
    }

    async fn ask(&self, last: &mut Last) -> Result<Option<Version>, StoreError> {
        match &self.source {
            Source::Unknown => Ok(None),
            Source::Postgres(pool) => {
                let sql = "SELECT pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text";
                let row = pool
                    .query_one_raw(Statement::from_string(DatabaseBackend::Postgres, sql))
                    .await?;
                let text: Option<String> = row.map(|row| row.try_get_by_index(0)).transpose()?;
                Ok(text.map(|text| Version(Kind::Postgres(text.into()))))
            }
            Source::Sqlite(options) => {
                if last.closed {
                    return Ok(None);
                }
                // Taken out: a question that fails, or that is given up in the middle, is followed by a new connection.
                let mut connection = if let Some(connection) = last.connection.take() {
                    connection
                } else {
                    last.connections += 1;
                    options.connect().await.map_err(broken)?
                };
                let value: i64 = sqlx::query_scalar("PRAGMA data_version")
                    .fetch_one(&mut connection)
                    .await
                    .map_err(broken)?;
                last.connection = Some(connection);
                Ok(Some(Version(Kind::Sqlite(last.connections, value))))
            }
        }
    }

    /// Closes the connection that is kept for this; the pool of PostgreSQL is others' to close.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        let mut last = self.asked.last.lock().await;
        last.closed = true;
        if let Some(connection) = last.connection.take() {
            connection.close().await.map_err(broken)?;
        }
        Ok(())
    }
}

fn broken(error: sqlx::Error) -> StoreError {
    StoreError::Database(DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))
}
