//! `cargo xtask build`: what a server needs, as it is shipped.

use crate::{build_site::build_site, failure::Failure, tools, workspace};

/// Runs the command.
pub fn build_release(arguments: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = arguments.first() {
        return Err(Failure::new(format!(
            "`cargo xtask build` takes no arguments, and \"{unknown}\" was given."
        )));
    }
    tools::ensure_build_tools()?;
    build_site(true)?;
    let binary = workspace::server_binary(true);
    println!(
        "Copy these to the server: {}, the file hash.txt beside it, the folder {}, and Leptos.toml. How: docs/OPERATIONS.md.",
        binary.display(),
        workspace::root().join("target/site").display()
    );
    Ok(())
}
