//! cargo-leptos, which builds the server, the WebAssembly and the styles into one site.

use super::cargo_install::{CargoTool, install, installed_version};
use crate::{failure::Failure, version::Version};

/// The newest that builds with the Rust version we ask for.
const INSTALLED: Version = Version(0, 3, 10);
/// Older ones name the hashed files differently.
const OLDEST: Version = Version(0, 3, 7);
/// The first one that may change what our settings mean.
const TOO_NEW: Version = Version(0, 4, 0);

/// Installs it where none, or one that does not fit, is found.
pub fn ensure() -> Result<(), Failure> {
    match installed_version("cargo-leptos", &["--version"]) {
        Some(found) if (OLDEST..TOO_NEW).contains(&found) => Ok(()),
        _ => install(&CargoTool {
            package: "cargo-leptos",
            version: INSTALLED,
            // Without downloads it takes the tools that we install, and says so when one is missing. Unoptimised,
            // since its release profile takes several times as long to compile as it ever saves.
            arguments: &["--locked", "--features", "no_downloads", "--debug"],
            purpose: "it builds server, WebAssembly and styles; once, some 5 minutes",
        }),
    }
}
