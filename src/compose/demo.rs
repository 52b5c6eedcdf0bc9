//! The demo: sandbox, keys, seed and server in one process.

use crate::cli::DemoArguments;

/// Runs the demo until told to stop.
pub async fn run_demo(arguments: DemoArguments) -> anyhow::Result<()> {
    let _ = arguments;
    Ok(())
}
