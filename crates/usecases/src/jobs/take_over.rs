//! A worker that begins on SQLite, and is alone there, takes over at once what a dead one had leased.

use timetap_store::jobs::expire_leases::expire_leases;
use timetap_store::jobs::worker_presence::WorkerPresence;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Announces this worker, and where no other one lives, declares all leases void: whoever held them is dead, and a
/// restarted program should not wait for them to run out. The worker keeps what it gets back for as long as it lives.
/// Where locks cannot be had, as on PostgreSQL, dead leases run out by themselves.
///
/// # Errors
/// The database refuses.
pub async fn take_over(app: &TimeTap) -> Result<Option<WorkerPresence>, Unexpected> {
    let mut presence = match WorkerPresence::announce(&app.db).await {
        Ok(Some(presence)) => presence,
        Ok(None) => return Ok(None),
        Err(error) => {
            tracing::warn!(%error, "worker: no lock beside the database; leases of dead workers run out by themselves");
            return Ok(None);
        }
    };
    if presence.is_alone() {
        let txn = app.db.begin().await?;
        let leases = expire_leases(&txn, app.clock.now()).await?;
        txn.commit().await?;
        if leases > 0 {
            tracing::warn!(
                leases,
                "worker: taking over from one that ended in the middle of its work"
            );
        }
    }
    if let Err(error) = presence.share().await {
        tracing::warn!(%error, "worker: the lock beside the database was lost; a second worker may take jobs over early");
        return Ok(None);
    }
    Ok(Some(presence))
}
