//! Programs that are Rust crates, installed by cargo.

use crate::{failure::Failure, shell, version::Version};

/// A program to install with `cargo install`.
pub struct CargoTool<'a> {
    /// The crate's name.
    pub package: &'a str,
    /// The version to install.
    pub version: Version,
    /// Further arguments of `cargo install`.
    pub arguments: &'a [&'a str],
    /// What it is for and how long it takes, for whoever waits.
    pub purpose: &'a str,
}

/// The version that `program arguments…` prints; nothing if it cannot be run.
pub fn installed_version(program: &str, arguments: &[&str]) -> Option<Version> {
    shell::find_program(program)?;
    Version::find(&shell::capture(shell::command(program).args(arguments)).ok()?)
}

/// Installs the tool into cargo's home, in place of another version.
pub fn install(tool: &CargoTool<'_>) -> Result<(), Failure> {
    let CargoTool {
        package,
        version,
        arguments,
        purpose,
    } = tool;
    println!("Installing {package} {version}: {purpose}.");
    let wanted = version.to_string();
    let mut command = shell::cargo(&["install", package, "--version", &wanted]);
    command.args(*arguments);
    // Debugging information of a tool that nobody here debugs would double the time of an unoptimised build. The folder
    // is unset, or these builds would mix with ours.
    command
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS");
    shell::run(&mut command).map_err(|failure| {
        Failure::new(format!(
            "{failure}\n{package} {version} is needed ({purpose}). If the network is the reason, run this again when it \
             is back; to install it yourself: cargo install {package} --version {version} {}",
            arguments.join(" "),
        ))
    })
}
