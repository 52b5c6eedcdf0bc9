//! Statements as the driver takes them, without anything of ours or of the entities in between, on the same pools.

use sea_orm::sqlx::{self, AssertSqlSafe, PgPool, SqlitePool};
use sea_orm::{DatabaseConnection, Statement, Value};
use timetap_store::Engine;

/// The driver's own pool behind a connection.
#[derive(Clone)]
pub enum RawPool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The query of a statement, its values bound in order.
macro_rules! query {
    ($statement:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($statement.sql.as_str()));
        for value in $statement.values.iter().flat_map(|values| &values.0) {
            query = match value.clone() {
                Value::Bool(value) => query.bind(value),
                Value::Int(value) => query.bind(value),
                Value::BigInt(value) => query.bind(value),
                // What a `LIMIT` is given; neither database has numbers without a sign.
                Value::BigUnsigned(value) => query.bind(value.map(|value| i64::try_from(value).unwrap())),
                Value::String(value) => query.bind(value),
                Value::Uuid(value) => query.bind(value),
                Value::Json(value) => query.bind(value),
                other => panic!("no statement of ours has a value such as {other:?}"),
            };
        }
        query
    }};
}

impl RawPool {
    pub fn of(connection: &DatabaseConnection, engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::Sqlite(connection.get_sqlite_connection_pool().clone()),
            Engine::Postgres => Self::Postgres(connection.get_postgres_connection_pool().clone()),
        }
    }

    /// Reads all rows of the statements, one statement after the other; how many rows there were.
    pub async fn read(&self, statements: &[Statement]) -> usize {
        let mut rows = 0;
        for statement in statements {
            rows += match self {
                Self::Sqlite(pool) => query!(statement).fetch_all(pool).await.unwrap().len(),
                Self::Postgres(pool) => query!(statement).fetch_all(pool).await.unwrap().len(),
            };
        }
        rows
    }

    /// Runs the statements in one transaction, which takes the writer's lock at its beginning on SQLite as all of ours do.
    pub async fn write(&self, statements: &[Statement]) {
        match self {
            Self::Sqlite(pool) => {
                let mut txn = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
                for statement in statements {
                    query!(statement).execute(&mut *txn).await.unwrap();
                }
                txn.commit().await.unwrap();
            }
            Self::Postgres(pool) => {
                let mut txn = pool.begin().await.unwrap();
                for statement in statements {
                    query!(statement).execute(&mut *txn).await.unwrap();
                }
                txn.commit().await.unwrap();
            }
        }
    }
}
