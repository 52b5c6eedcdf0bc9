//! `timetap reconcile`.

use std::path::Path;

use anyhow::Context;
use timetap_usecases::calendars::want_comparison;
use timetap_usecases::jobs::When;

use crate::compose::compose;
use crate::config::Config;

/// Queues the comparison and says so.
pub async fn run(file: Option<&Path>) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    config.start_logging();
    let app = compose(&config).await?;
    let txn = app.db.begin().await?;
    let connections = want_comparison(&txn, &app, When::Now).await?;
    txn.commit().await?;
    app.db
        .clone()
        .close()
        .await
        .context("the database could not be closed")?;
    super::say(&match connections {
        0 => "No calendar is connected.".to_owned(),
        1 => "The worker compares one calendar account with the bookings; its log says what it found.".to_owned(),
        many => format!("The worker compares {many} calendar accounts with the bookings; its log says what it found."),
    });
    Ok(())
}
