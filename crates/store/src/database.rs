//! The connection to SQLite or PostgreSQL, and how transactions begin on each.
//!
//! SQLite has one writer at a time. TimeTap gives it one writing connection, whose transactions take the write lock at
//! their start (`BEGIN IMMEDIATE`), so that no reader has to be upgraded and refused in the middle, and share commits where
//! several stand in line ([`crate::transaction`]); and several reading connections beside it, which the write-ahead log
//! never blocks.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, Executor};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr, Statement, TransactionTrait,
};

use crate::changes::{Changes, Version};
use crate::error::StoreError;
use crate::transaction::{Line, Transaction};

/// A connection that was idle for longer may be dead.
const TRUSTED_WHEN_IDLE: Duration = Duration::from_millis(500);

/// Which database engine is behind a [`Database`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of this machine; the default.
    Sqlite,
    /// A server, for several replicas.
    Postgres,
}

/// Connections to the database: one to write on, some to read on (on PostgreSQL they are the same pool).
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// Where transactions wait for SQLite's writer.
    line: Line,
    engine: Engine,
    file: Option<PathBuf>,
    changes: Changes,
}

impl Database {
    /// Connects to `url`: `sqlite:path/to/file.db` (made when missing, with its folder) or `postgres://…`.
    ///
    /// # Errors
    /// The address is of neither kind, or the database cannot be reached or opened.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = open_postgres(url).await?;
            return Ok(Self {
                writer: pool.clone(),
                reader: pool.clone(),
                line: Line::default(),
                engine: Engine::Postgres,
                file: None,
                changes: Changes::of_postgres(pool),
            });
        }
        let Some(path) = sqlite_path(url) else {
            return Err(StoreError::Database(DbErr::Custom(
                "the database address must begin with sqlite: or postgres://".to_owned(),
            )));
        };
        if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| {
                StoreError::Database(DbErr::Custom(format!(
                    "cannot make the folder {}: {error}",
                    folder.display()
                )))
            })?;
        }
        let writer = open_sqlite(path, 1).await?;
        let reader = open_sqlite(path, 4).await?;
        Ok(Self {
            writer,
            reader,
            line: Line::default(),
            engine: Engine::Sqlite,
            file: (!path.starts_with(':')).then(|| PathBuf::from(path)),
            changes: Changes::of_sqlite(path),
        })
    }

    /// Connects to a database that is there already, with few connections, to look at it or to copy it: makes no file and
    /// changes no mode of one.
    ///
    /// # Errors
    /// The address is of neither kind, or the database cannot be reached or opened.
    pub async fn connect_to_look(url: &str) -> Result<Self, StoreError> {
        let (engine, mut options) = match sqlite_path(url) {
            Some(path) => (Engine::Sqlite, ConnectOptions::new(format!("sqlite:{path}?mode=rw"))),
            None => (Engine::Postgres, ConnectOptions::new(url)),
        };
        options
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(5))
            .sqlx_logging(false);
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: pool,
            line: Line::default(),
            engine,
            file: None,
            changes: Changes::unknown(),
        })
    }

    /// The engine in use.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The SQLite file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Calls `watch` with every statement that runs on these connections and on those cloned from them later,
    /// but not with the begin and the end of transactions. For counting; one watcher replaces another.
    pub fn watch_statements(&mut self, watch: impl Fn(&Statement) + Clone + Send + Sync + 'static) {
        for connection in [&mut self.writer, &mut self.reader] {
            let watch = watch.clone();
            connection.set_metric_callback(move |info| watch(info.statement));
        }
    }

    /// The connection to write on without a transaction: for single statements only.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// The connections to read on. They never wait for a writer.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a transaction that may write. Dropping it without `commit` undoes everything.
    ///
    /// # Errors
    /// The database cannot be reached, or stayed locked for longer than ten seconds.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.begin_in_line(false).await
    }

    /// The same for what is written often by many at once: on SQLite it may share its commit with others who write
    /// ([`crate::transaction`]). What it reads may not be durable before it has ended by `commit` or `rollback`; so nobody is
    /// told anything of it before that.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_shared(&self) -> Result<Transaction, StoreError> {
        self.begin_in_line(true).await
    }

    async fn begin_in_line(&self, shared: bool) -> Result<Transaction, StoreError> {
        Ok(match self.engine {
            Engine::Sqlite => self.line.begin(&self.writer, shared).await?,
            Engine::Postgres => Transaction::alone(self.writer.begin().await?),
        })
    }

    /// The version of everything in the database, by one statement: what was read after one version and before an equal
    /// one holds still. `None` where there is no way to know.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn version(&self) -> Result<Option<Version>, StoreError> {
        self.changes.version().await
    }

    /// Asks the database for an answer, nothing more.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Closes all connections; on SQLite this also folds the write-ahead log into the file.
    ///
    /// # Errors
    /// The driver could not close in order.
    pub async fn close(self) -> Result<(), StoreError> {
        self.changes.close().await?;
        if self.engine == Engine::Sqlite {
            self.reader.close().await?;
        }
        self.writer.close().await?;
        Ok(())
    }
}

async fn open_postgres(url: &str) -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        // Asked whether it still lives, as after a restart of the server, is a connection that was idle: otherwise each use
        // of one would be a way to and fro more.
        .test_before_acquire(false)
        .map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| {
                Box::pin(async move {
                    // None of our statements runs for long, and compiling one takes longer than it does: the server compiles what
                    // it believes to be dear, as it does of tables that were empty when it last looked.
                    connection.execute("SET jit = off").await?;
                    Ok(())
                })
            })
            .before_acquire(|connection, state| {
                Box::pin(async move {
                    if state.idle_for > TRUSTED_WHEN_IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
        });
    let pool = sea_orm::Database::connect(options.clone()).await?;
    let setting = pool
        .query_one_raw(Statement::from_string(
            DatabaseBackend::Postgres,
            "SHOW synchronous_commit",
        ))
        .await?;
    let setting: Option<String> = setting.map(|row| row.try_get_by_index(0)).transpose()?;
    if setting.as_deref() != Some("off") {
        return Ok(pool);
    }
    // A booking that was answered must survive a power cut, whatever the server does for others.
    pool.close().await?;
    options.map_sqlx_postgres_opts(|options| options.options([("synchronous_commit", "on")]));
    Ok(sea_orm::Database::connect(options).await?)
}

/// The file that a `sqlite:` address names; `None` for an address of another kind.
pub fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    Some(path.split('?').next().unwrap_or(path))
}

async fn open_sqlite(path: &str, connections: u32) -> Result<DatabaseConnection, StoreError> {
    // Parsed once here for a clear early error; the options below start from the same address.
    SqliteConnectOptions::from_str(&format!("sqlite:{path}"))
        .map_err(|error| StoreError::Database(DbErr::Custom(format!("cannot use the SQLite file {path}: {error}"))))?;
    let mut options = ConnectOptions::new(format!("sqlite:{path}?mode=rwc"));
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .sqlx_logging(false)
        // On a full disk SQLite rolls a transaction back by itself; the driver's own ROLLBACK then fails, and it believes
        // to be in that transaction for ever. Such a connection would refuse every later one: it is replaced.
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        })
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                // FULL: a committed booking survives a power cut, not only a crash of the program.
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(10))
                .optimize_on_close(true, None)
        });
    Ok(sea_orm::Database::connect(options).await?)
}
