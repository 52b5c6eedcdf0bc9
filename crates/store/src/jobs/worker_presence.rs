//! Who else works on the same SQLite file: a lock file beside the database, `{file}-workers`.
//!
//! Every worker holds the lock shared for as long as it lives; the kernel takes it away when the process ends, however it
//! ends. Whoever gets it exclusively is therefore alone, and every lease in the database belongs to a dead process. Only
//! then, and only until the lock is shared again, may leases be declared void. Should a file system lie about locks, that
//! costs work, never correctness: a void lease is refused by its token like one that ran out.

use std::fs::{File, TryLockError};
use std::io;
use std::time::Duration;

use crate::database::Database;

/// How often a lock that is being handed over is tried for.
const PAUSE: Duration = Duration::from_millis(20);

/// The sign that a worker of this process lives. Dropping it takes the sign away.
#[derive(Debug)]
pub struct WorkerPresence {
    file: File,
    alone: bool,
}

impl WorkerPresence {
    /// Announces a worker on `db`; `None` on PostgreSQL, where workers may be on other machines.
    ///
    /// # Errors
    /// The lock file cannot be made, or its file system knows no locks.
    pub async fn announce(db: &Database) -> io::Result<Option<Self>> {
        let Some(mut path) = db.file().map(|file| file.as_os_str().to_owned()) else {
            return Ok(None);
        };
        path.push("-workers");
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        loop {
            if taken(file.try_lock())? {
                return Ok(Some(Self { file, alone: true }));
            }
            if taken(file.try_lock_shared())? {
                return Ok(Some(Self { file, alone: false }));
            }
            // Another worker is alone at this very moment, and about to share.
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether no other worker lives and none can begin until [`Self::share`].
    pub fn is_alone(&self) -> bool {
        self.alone
    }

    /// Lets others begin. Leases may be taken only after this: until then they would be declared void by the next one.
    ///
    /// # Errors
    /// The file system refuses.
    pub async fn share(&mut self) -> io::Result<()> {
        if !self.alone {
            return Ok(());
        }
        self.alone = false;
        self.file.unlock()?;
        while !taken(self.file.try_lock_shared())? {
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

fn taken(result: Result<(), TryLockError>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
