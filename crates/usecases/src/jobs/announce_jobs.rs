//! Tells other processes of the jobs that this one commits.

use timetap_store::Engine;
use timetap_store::jobs::listen_jobs::notify;

use crate::platform::timetap::TimeTap;

/// Passes every ring of this process's bell on to the workers of others, several at once where they come faster. It does
/// not end. A ring that gets lost costs a second: then every worker looks by itself.
pub async fn announce_jobs(app: &TimeTap) {
    if app.db.engine() == Engine::Sqlite {
        // One process, or others on the same file that look by themselves.
        return std::future::pending().await;
    }
    loop {
        app.signal.rung_for_others().await;
        if let Err(error) = notify(&app.db).await {
            tracing::warn!(%error, "jobs: other processes could not be told of a job; they look every second");
        }
    }
}
