//! Seals everything with the newest key, while others read and write.

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::ConnectionTrait;
use timetap_store::sealed::list_sealed_otherwise::{SealedRow, list_sealed_otherwise};
use timetap_store::sealed::replace_sealed::replace_sealed;
use timetap_store::sealed::{SEALED_COLUMNS, SealedColumn};
use timetap_store::{Engine, StoreError};

use crate::keys::{SealedCount, count_sealed_values};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Values that are replaced in one transaction: few, so that no booking waits for its end.
const BATCH: u32 = 50;
/// The pause after each batch, in which others get to write on SQLite, whose one lock goes to whoever asks first.
const BREATH: Duration = Duration::from_millis(10);
/// A value that somebody else was just writing is looked at again so many times, with this pause between.
const PASSES: u32 = 120;
const PAUSE: Duration = Duration::from_millis(500);

/// What became of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResealedColumn {
    /// `table.column`.
    pub place: String,
    /// Values that are sealed with the newest key now and were not before.
    pub resealed: u64,
    /// Why values could not be opened, one line each. They stay as they were.
    pub unreadable: Vec<String>,
}

/// What a rotation came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The id of the newest key.
    pub newest: String,
    /// The columns, also those where nothing was to be done.
    pub columns: Vec<ResealedColumn>,
    /// What is still sealed with another key, counted at the end.
    pub left: Vec<SealedCount>,
    /// Configured keys that seal nothing any more.
    pub removable: Vec<String>,
}

/// Seals every value that is sealed with another key with the newest one, in small batches, and counts at the end what is
/// left. A value that changes meanwhile is left to whoever changed it. May be stopped and begun again at any time, and run
/// beside servers and workers, as long as these have the newest key too.
///
/// # Errors
/// The database refuses. What was done until then stays done.
pub async fn rotate_keys(app: &TimeTap) -> Result<Rotation, Unexpected> {
    let mut columns = Vec::new();
    for column in &SEALED_COLUMNS {
        columns.push(reseal_column(app, column).await?);
    }
    let newest = app.keys.newest().to_owned();
    let left: Vec<SealedCount> = count_sealed_values(app)
        .await?
        .into_iter()
        .filter(|count| count.key_id != newest)
        .collect();
    let removable = app
        .keys
        .ids()
        .filter(|id| *id != newest && !left.iter().any(|count| count.key_id == *id))
        .map(ToOwned::to_owned)
        .collect();
    Ok(Rotation {
        newest,
        columns,
        left,
        removable,
    })
}

async fn reseal_column(app: &TimeTap, column: &SealedColumn) -> Result<ResealedColumn, Unexpected> {
    let mut done = ResealedColumn {
        place: column.place(),
        ..ResealedColumn::default()
    };
    for pass in 0..PASSES {
        if pass > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let missed = one_pass(app, column, &mut done).await?;
        if missed == 0 {
            break;
        }
    }
    Ok(done)
}

/// Goes through the column once. Returns how many values somebody else was at.
async fn one_pass(app: &TimeTap, column: &SealedColumn, done: &mut ResealedColumn) -> Result<usize, Unexpected> {
    let prefix = app.keys.newest_prefix();
    let mut known: HashSet<String> = done.unreadable.drain(..).collect();
    let mut after = column.first_key();
    let mut missed = 0;
    loop {
        // From the writer: what this process or another one has just written must be seen.
        let batch = list_sealed_otherwise(app.db.writer(), column, &prefix, after, BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = last.key.clone();
        let mut ready = Vec::with_capacity(batch.len());
        for row in batch {
            match reseal(app, column, &row) {
                Ok(sealed) => ready.push((row, sealed)),
                Err(error) => {
                    let reason = error.to_string();
                    if known.insert(reason.clone()) {
                        tracing::error!(reason, "keys: a value cannot be opened and stays as it is");
                    }
                    done.unreadable.push(reason);
                }
            }
        }
        let all = ready.len();
        let replaced = replace_all(app, column, ready).await?;
        done.resealed += u64::try_from(replaced).unwrap_or(u64::MAX);
        missed += all - replaced;
        tokio::time::sleep(BREATH).await;
    }
    Ok(missed)
}

fn reseal(app: &TimeTap, column: &SealedColumn, row: &SealedRow) -> Result<String, Unexpected> {
    let place = column.place();
    let plain = app.keys.open(&row.sealed, &place, row.owner)?;
    app.keys.seal(&plain, &place, row.owner, &app.entropy)
}

/// Returns how many were replaced. A database that is too busy for it counts as somebody else at work.
async fn replace_all(
    app: &TimeTap,
    column: &SealedColumn,
    ready: Vec<(SealedRow, String)>,
) -> Result<usize, Unexpected> {
    // On PostgreSQL each by itself: several in one transaction could wait for each other with a booking that changes the
    // same rows in another order. SQLite has one lock for all, and each transaction costs a wait for the disk.
    let outcome = match app.db.engine() {
        Engine::Postgres => replace_each(app.db.writer(), app, column, ready).await,
        Engine::Sqlite => match app.db.begin().await {
            Ok(txn) => match replace_each(&txn, app, column, ready).await {
                Ok(replaced) => txn.commit().await.map(|()| replaced).map_err(StoreError::from),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(replaced) => Ok(replaced),
        Err(error) if error.is_transient() => Ok(0),
        Err(error) => Err(error.into()),
    }
}

async fn replace_each(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    column: &SealedColumn,
    ready: Vec<(SealedRow, String)>,
) -> Result<usize, StoreError> {
    let mut replaced = 0;
    for (row, sealed) in ready {
        if replace_sealed(on, column, row.key, &row.sealed, &sealed, app.clock.now()).await? {
            replaced += 1;
        }
    }
    Ok(replaced)
}
