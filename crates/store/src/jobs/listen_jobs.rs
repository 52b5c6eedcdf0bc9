//! Hears of jobs that other processes committed.

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbErr};

use crate::database::{Database, Engine};
use crate::error::StoreError;

/// The channel of [`notify`].
const CHANNEL: &str = "timetap_jobs";

/// Listens to PostgreSQL's notifications. It holds one connection of the pool.
#[derive(Debug)]
pub struct JobListener(PgListener);

impl JobListener {
    /// Begins to listen. `None` on SQLite, which has one process and needs no messenger.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn begin(db: &Database) -> Result<Option<Self>, StoreError> {
        if db.engine() == Engine::Sqlite {
            return Ok(None);
        }
        let begin = async {
            let mut listener = PgListener::connect_with(db.writer().get_postgres_connection_pool()).await?;
            listener.listen(CHANNEL).await?;
            Ok(Self(listener))
        };
        begin.await.map(Some).map_err(broken)
    }

    /// Waits for the next notification. After a broken connection it comes back without one, because some may have been
    /// missed meanwhile; the next call connects anew.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub async fn heard(&mut self) -> Result<(), StoreError> {
        self.0.try_recv().await.map(|_| ()).map_err(broken)
    }
}

/// Tells the workers of other processes on PostgreSQL that a job was committed. Not a part of the transaction that queues it:
/// PostgreSQL lets transactions that notify commit one after the other, each waiting for the disk by itself.
///
/// # Errors
/// The database refuses.
pub async fn notify(db: &Database) -> Result<(), StoreError> {
    if db.engine() == Engine::Postgres {
        db.writer().execute_unprepared(&format!("NOTIFY {CHANNEL}")).await?;
    }
    Ok(())
}

fn broken(error: sea_orm::sqlx::Error) -> StoreError {
    StoreError::Database(DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))
}
