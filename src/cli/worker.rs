//! `timetap worker`.

use std::path::Path;

use crate::compose::compose;
use crate::config::Config;
use crate::serve::stop_signal;

/// Does jobs until told to stop.
pub async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let app = compose(&config).await?;
    crate::work::work_until(app, stop_signal()).await
}
