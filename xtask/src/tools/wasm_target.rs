//! Rust's standard library for WebAssembly, which the islands are compiled against.

use std::{fs, path::Path};

use crate::{failure::Failure, shell};

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target where it is missing.
pub fn ensure() -> Result<(), Failure> {
    if is_installed()? {
        return Ok(());
    }
    if shell::find_program("rustup").is_none() {
        return Err(Failure::new(format!(
            "This Rust has no standard library for {TARGET}, and there is no rustup to add it. Install Rust with rustup, \
             or your distribution's package for that target, then run this again."
        )));
    }
    println!("Adding the target {TARGET} to the Rust toolchain.");
    shell::run(shell::command("rustup").args(["target", "add", TARGET])).map_err(|failure| {
        Failure::new(format!(
            "{failure}\nThe pages' islands need it. When the network is back, run `rustup target add {TARGET}`."
        ))
    })
}

/// Asks rustc and not rustup, so that a Rust from a distribution counts too.
fn is_installed() -> Result<bool, Failure> {
    let folder = shell::capture(shell::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    let Ok(files) = fs::read_dir(Path::new(folder.trim())) else {
        return Ok(false);
    };
    Ok(files
        .flatten()
        .any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}
