//! Transactions that write, and on SQLite the sharing of commits.
//!
//! SQLite's one writer waits for the disk at every commit, and everybody else waits for the writer. So whoever stands in
//! line for a shared transaction while another one runs has a turn before that one's commit: each in a savepoint of its own,
//! one after the other, and one commit makes all of them durable. Nobody hears that a transaction is committed before that
//! commit has reached the disk, and what it came to is what all of them hear. Where nobody stands in line, a transaction
//! commits at once.
//!
//! What a shared transaction reads may therefore not be durable yet. That is no matter to who commits, but who decides
//! something without writing waits for it, too: see [`Transaction::rollback`].

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// So many share a commit at most: the first of them waits for the work of all.
const MOST: u32 = 32;

/// An open transaction that may write. Dropping it without [`commit`](Self::commit) undoes everything that it did.
#[derive(Debug)]
pub struct Transaction(Option<Inner>);

#[derive(Debug)]
enum Inner {
    /// The database's own transaction, shared with nobody.
    Alone(DatabaseTransaction),
    /// What the turn's holder does in the transaction that stands open there.
    InLine(Place),
}

#[derive(Debug)]
struct Place {
    line: Line,
    turn: OwnedMutexGuard<Turn>,
    /// Whether others came before, whose work must not be undone with this one's.
    joined: bool,
}

/// The line before SQLite's writer: first come, first served. Who has the turn is the only one who says anything to the
/// database on that connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Mutex<Turn>>);

/// The right to write.
#[derive(Debug, Default)]
struct Turn(Option<Open>);

/// The database's transaction. Between turns it is open only while one of its members stands in line to commit it.
#[derive(Debug)]
struct Open {
    outer: DatabaseTransaction,
    members: u32,
    /// Somebody left without a commit. What that one did must be undone before anything else happens; where that cannot be
    /// done, SQLite has undone everything already, as it does on a full disk, and all of the members have failed.
    dirty: bool,
    /// What the commit came to.
    outcome: Arc<OnceLock<Result<(), DbErr>>>,
}

impl Line {
    /// Begins a transaction on SQLite's `writer`: a `shared` one in another that waits for its commit, where there is one.
    pub(crate) async fn begin(&self, writer: &DatabaseConnection, shared: bool) -> Result<Transaction, DbErr> {
        let mut turn = Arc::clone(&self.0).lock_owned().await;
        let mut joined = false;
        if let Some(open) = &mut turn.0 {
            if shared && open.members < MOST {
                match open.take_in().await {
                    Ok(()) => joined = true,
                    Err(error) => {
                        open.fail(error);
                        turn.0 = None;
                    }
                }
            } else {
                turn = settle(turn).await?;
            }
        }
        if turn.0.is_none() {
            turn.0 = Some(Open::begin(writer).await?);
        }
        let line = self.clone();
        Ok(Transaction(Some(Inner::InLine(Place { line, turn, joined }))))
    }
}

/// Commits what stands open, and gives the turn back.
async fn settle(mut turn: OwnedMutexGuard<Turn>) -> Result<OwnedMutexGuard<Turn>, DbErr> {
    see_through(async move {
        if let Some(open) = turn.0.take() {
            open.commit().await;
        }
        turn
    })
    .await
}

/// Does something that others rely on: it goes on where the one who asked for it is gone.
async fn see_through<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, DbErr> {
    #[expect(clippy::disallowed_methods, reason = "it is waited for by whoever is still there")]
    let work = tokio::spawn(work);
    work.await
        .map_err(|error| DbErr::Custom(format!("the commit was broken off: {error}")))
}

impl Open {
    async fn begin(writer: &DatabaseConnection) -> Result<Self, DbErr> {
        // The lock is taken at the start: nobody has to be refused in the middle.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Self {
            outer: writer.begin_with_options(options).await?,
            members: 1,
            dirty: false,
            outcome: Arc::default(),
        })
    }

    async fn take_in(&mut self) -> Result<(), DbErr> {
        self.clean().await?;
        self.outer.execute_unprepared("SAVEPOINT member").await?;
        self.members += 1;
        Ok(())
    }

    /// Undoes what the last one did who left without a commit.
    async fn clean(&mut self) -> Result<(), DbErr> {
        if self.dirty {
            self.outer.execute_unprepared("ROLLBACK TO member").await?;
            self.dirty = false;
        }
        Ok(())
    }

    async fn commit(mut self) {
        let outcome = Arc::clone(&self.outcome);
        let committed = match self.clean().await {
            Ok(()) => self.outer.commit().await,
            Err(error) => Err(error),
        };
        drop(outcome.set(committed));
    }

    fn fail(&self, error: DbErr) {
        drop(self.outcome.set(Err(error)));
    }
}

impl Place {
    /// Makes what was done durable, together with what those do who stand in line.
    async fn commit(mut self) -> Result<(), DbErr> {
        let open = self.turn.0.as_ref().ok_or_else(ended)?;
        if self.joined
            && let Err(error) = open.outer.execute_unprepared("RELEASE member").await
        {
            open.fail(error.clone());
            self.turn.0 = None;
            return Err(error);
        }
        self.wait().await
    }

    /// Undoes what was done, and waits until what was done before is durable.
    async fn rollback(mut self) -> Result<(), DbErr> {
        self.undo();
        match &self.turn.0 {
            Some(_) => self.wait().await,
            None => Ok(()),
        }
    }

    /// Lets those in line go first. Whoever of the members has the turn again before the others commits for all.
    async fn wait(self) -> Result<(), DbErr> {
        let Self { line, turn, .. } = self;
        let outcome = Arc::clone(&turn.0.as_ref().ok_or_else(ended)?.outcome);
        drop(turn);
        let mut turn = line.0.lock_owned().await;
        if outcome.get().is_none()
            && let Some(open) = turn.0.take()
        {
            open.commit().await;
        }
        outcome.get().cloned().unwrap_or_else(|| Err(ended()))
    }

    fn undo(&mut self) {
        match &mut self.turn.0 {
            Some(open) if self.joined => open.dirty = true,
            open => *open = None,
        }
    }
}

impl Transaction {
    /// A transaction that shares its commit with nobody.
    pub(crate) fn alone(inner: DatabaseTransaction) -> Self {
        Self(Some(Inner::Alone(inner)))
    }

    /// Makes everything that it did durable. When this returns, it is.
    ///
    /// # Errors
    /// The database refuses; nothing was changed then.
    pub async fn commit(mut self) -> Result<(), DbErr> {
        match self.0.take() {
            Some(Inner::Alone(inner)) => inner.commit().await,
            Some(Inner::InLine(place)) => see_through(place.commit()).await?,
            None => Err(ended()),
        }
    }

    /// Undoes everything that it did. When this returns, everything that it has seen is durable.
    ///
    /// # Errors
    /// The database refuses; what was never committed is undone all the same. What a shared transaction has seen may have
    /// been undone, too.
    pub async fn rollback(mut self) -> Result<(), DbErr> {
        match self.0.take() {
            Some(Inner::Alone(inner)) => inner.rollback().await,
            Some(Inner::InLine(place)) => see_through(place.rollback()).await?,
            None => Err(ended()),
        }
    }

    fn inner(&self) -> Result<&DatabaseTransaction, DbErr> {
        match &self.0 {
            Some(Inner::Alone(inner)) => Ok(inner),
            Some(Inner::InLine(place)) => place.turn.0.as_ref().map(|open| &open.outer).ok_or_else(ended),
            None => Err(ended()),
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(Inner::InLine(place)) = &mut self.0 {
            place.undo();
        }
    }
}

fn ended() -> DbErr {
    DbErr::Custom("the transaction has ended".to_owned())
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DatabaseBackend {
        match &self.0 {
            Some(Inner::Alone(inner)) => inner.get_database_backend(),
            _ => DatabaseBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner()?.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner()?.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner()?.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner()?.query_all_raw(statement).await
    }
}
