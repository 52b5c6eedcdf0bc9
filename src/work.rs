//! The worker's place in the program.

use std::sync::Arc;

use timetap_usecases::TimeTap;

/// Does jobs until `stop` completes.
pub async fn work_until(app: Arc<TimeTap>, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let _ = app;
    stop.await;
    Ok(())
}
