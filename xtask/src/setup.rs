//! `cargo xtask setup`: installs the tools and does nothing else, for a container image or before a journey.

use crate::{failure::Failure, interrupt, tools};

/// Runs the command.
pub fn setup(arguments: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = arguments.first() {
        return Err(Failure::new(format!(
            "`cargo xtask setup` takes no arguments, and \"{unknown}\" was given."
        )));
    }
    interrupt::listen()?;
    tools::ensure_build_tools()?;
    tools::nextest::ensure()?;
    tools::chromium::ensure()?;
    // Starting one is the only check that says something.
    drop(tools::postgres::Cluster::start(tools::postgres::Durability::None)?);
    println!("Everything that `cargo xtask run` and `cargo xtask test` need is installed.");
    Ok(())
}
