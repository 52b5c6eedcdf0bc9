//! `timetap demo`: everything on this machine, with stand-ins for Google and mail.

use std::path::PathBuf;

use clap::Args;

use crate::demo::{DemoPlace, run_demo};

/// Where the demo lives.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// The folder of the demo's database, keys and sandbox state.
    #[arg(long, default_value = "data/demo")]
    pub data_dir: PathBuf,
    /// The port of TimeTap.
    #[arg(long, default_value_t = 3000)]
    pub port: u16,
    /// The port of the sandbox: Google, mailbox and controls.
    #[arg(long, default_value_t = 4010)]
    pub sandbox_port: u16,
    /// The port of the sandbox's mail server.
    #[arg(long, default_value_t = 4025)]
    pub smtp_port: u16,
}

/// Starts the sandbox, seeds and serves.
pub async fn run(arguments: DemoArguments) -> anyhow::Result<()> {
    let DemoArguments {
        data_dir,
        port,
        sandbox_port,
        smtp_port,
    } = arguments;
    run_demo(DemoPlace {
        data_dir,
        port,
        sandbox_port,
        smtp_port,
    })
    .await
}
