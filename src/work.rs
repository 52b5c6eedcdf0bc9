//! The worker's place in the program.

use std::sync::Arc;

use anyhow::Context;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::run_worker;

/// Does jobs until `stop` completes.
///
/// # Errors
/// The database refuses.
pub async fn work_until(app: Arc<TimeTap>, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    run_worker(app, stop)
        .await
        .context("the worker cannot use the database")
}
