//! wasm-bindgen's command line. Its version must be exactly the one of the library in Cargo.lock: the two share a format
//! that changes with every release.

use std::fs;

use super::cargo_install::{CargoTool, install, installed_version};
use crate::{
    failure::Failure,
    version::{Version, locked_version},
    workspace,
};

/// Installs the version that fits Cargo.lock.
pub fn ensure() -> Result<(), Failure> {
    let wanted = wanted_version()?;
    let found = installed_version("wasm-bindgen", &["--version"]);
    if found == Some(wanted) {
        return Ok(());
    }
    if let Some(other) = found {
        println!("wasm-bindgen {other} is installed, but Cargo.lock names {wanted}.");
    }
    install(&CargoTool {
        package: "wasm-bindgen-cli",
        version: wanted,
        // Not with --locked: the lock file in the release can name versions that were withdrawn since.
        arguments: &[],
        purpose: "it joins the WebAssembly to the page; once, some 4 minutes",
    })?;
    match installed_version("wasm-bindgen", &["--version"]) {
        Some(version) if version == wanted => Ok(()),
        _ => Err(Failure::new(format!(
            "wasm-bindgen {wanted} was installed, but another one is found first. Remove that one, or put cargo's bin \
             folder (usually ~/.cargo/bin) at the front of PATH."
        ))),
    }
}

fn wanted_version() -> Result<Version, Failure> {
    let file = workspace::root().join("Cargo.lock");
    let lock = fs::read_to_string(&file).map_err(Failure::while_doing("Reading Cargo.lock"))?;
    locked_version(&lock, "wasm-bindgen").ok_or_else(|| Failure::new("Cargo.lock names no version of wasm-bindgen."))
}
