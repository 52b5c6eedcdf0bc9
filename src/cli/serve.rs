//! `timetap serve`.

use std::path::Path;

use clap::Args;

use crate::compose::compose;
use crate::config::Config;
use crate::serve::{ServeOptions, serve};

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Serve pages only; jobs are done by `timetap worker` elsewhere.
    #[arg(long)]
    no_worker: bool,
}

/// Serves until told to stop.
pub async fn run(file: Option<&Path>, arguments: ServeArguments) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    let traces = config.start_observing()?;
    let app = compose(&config).await?;
    let served = serve(
        app,
        ServeOptions {
            listen: config.listen,
            worker: !arguments.no_worker,
            trusted_proxies: config.trusted_proxies.clone(),
            watch: config.watch.clone(),
        },
    )
    .await;
    traces.finish().await;
    served
}
