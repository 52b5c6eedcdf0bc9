//! A database of its own for every test, on SQLite or PostgreSQL.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::{
    ConnectionTrait, Database as Connector, DatabaseBackend, DatabaseConnection, Statement, TransactionTrait,
};
use tempfile::TempDir;
use timetap_store::{Database, Engine};
use url::Url;

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A migrated, empty database that goes away with the test.
#[derive(Debug)]
pub struct TestDatabase {
    /// The connections.
    pub db: Database,
    /// Where it is, for a second process or program.
    pub url: String,
    folder: Option<TempDir>,
    server: Option<(Url, String)>,
}

impl TestDatabase {
    /// A new database on `engine`.
    ///
    /// # Panics
    /// For PostgreSQL without `TEST_DATABASE_URL`, which `cargo xtask test db` sets; and when a database cannot be made.
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let database = Self::sqlite().await;
                timetap_migrations::migrate(database.db.writer(), false)
                    .await
                    .expect("migrations on SQLite");
                database
            }
            Engine::Postgres => Self::postgres(true).await,
        }
    }

    /// A new database without any table.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub async fn unmigrated(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite().await,
            Engine::Postgres => Self::postgres(false).await,
        }
    }

    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = Database::connect(&url).await.expect("a SQLite file");
        timetap_migrations::migrate(db.writer(), false)
            .await
            .expect("migrations on SQLite");
        Self {
            db,
            url,
            folder: Some(folder),
            server: None,
        }
    }

    async fn postgres(migrated: bool) -> Self {
        let server = std::env::var("TEST_DATABASE_URL").expect(
            "TEST_DATABASE_URL is not set: run the tests with `cargo xtask test db`, which brings a PostgreSQL of its own",
        );
        let server: Url = server.parse().expect("TEST_DATABASE_URL is an address");
        let admin = Connector::connect(server.as_str())
            .await
            .expect("the PostgreSQL of TEST_DATABASE_URL answers");
        let template = if migrated {
            make_template(&admin, &server).await
        } else {
            "template0".to_owned()
        };
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("timetap_test_{}_{number}", std::process::id());
        admin
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
            .await
            .expect("an old database goes");
        admin
            .execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .await
            .expect("a new database");
        admin.close().await.expect("the connection closes");
        let mut url = server.clone();
        url.set_path(&name);
        let db = Database::connect(url.as_str()).await.expect("the new database answers");
        Self {
            db,
            url: url.to_string(),
            folder: None,
            server: Some((server, name)),
        }
    }

    /// The SQLite file, where it is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.path().join("test.db"))
    }
}

/// Migrates one template database per schema, once per server, whoever comes first.
async fn make_template(admin: &DatabaseConnection, server: &Url) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    timetap_migrations::SCHEMA_SOURCE.hash(&mut hasher);
    let name = format!("timetap_template_{:x}", hasher.finish());
    let guard = admin.begin().await.expect("a transaction");
    guard
        .execute_unprepared("SELECT pg_advisory_xact_lock(7236455062)")
        .await
        .expect("the lock");
    let exists = Statement::from_sql_and_values(
        DatabaseBackend::Postgres,
        "SELECT 1 AS one FROM pg_database WHERE datname = $1",
        [name.clone().into()],
    );
    if guard
        .query_one_raw(exists)
        .await
        .expect("the list of databases")
        .is_none()
    {
        let making = format!("{name}_making");
        admin
            .execute_unprepared(&format!("DROP DATABASE IF EXISTS {making}"))
            .await
            .expect("remains go");
        admin
            .execute_unprepared(&format!("CREATE DATABASE {making}"))
            .await
            .expect("a template");
        let mut url = server.clone();
        url.set_path(&making);
        let connection = Connector::connect(url.as_str()).await.expect("the template answers");
        timetap_migrations::migrate(&connection, true)
            .await
            .expect("migrations on PostgreSQL");
        connection.close().await.expect("the connection closes");
        admin
            .execute_unprepared(&format!("ALTER DATABASE {making} RENAME TO {name}"))
            .await
            .expect("the name");
    }
    guard.commit().await.expect("the lock goes");
    name
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else {
            return;
        };
        // Dropping is not asynchronous: a short-lived runtime on a thread of its own does it.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                if let Ok(admin) = Connector::connect(server.as_str()).await {
                    let _ = admin
                        .execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                        .await;
                    let _ = admin.close().await;
                }
            });
            Ok::<_, std::io::Error>(())
        });
        let _ = done.join();
    }
}
