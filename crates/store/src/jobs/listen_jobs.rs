//! Hears of jobs that other processes committed.

use sea_orm::DbErr;
use sea_orm::sqlx::postgres::PgListener;

use crate::database::{Database, Engine};
use crate::error::StoreError;

/// The channel on which [`super::insert_job::insert_job`] notifies.
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

fn broken(error: sea_orm::sqlx::Error) -> StoreError {
    StoreError::Database(DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into())))
}
