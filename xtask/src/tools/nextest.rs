//! cargo-nextest, which runs the tests: each in its own process, with a limit on its time.

use super::cargo_install::{CargoTool, install, installed_version};
use crate::{failure::Failure, version::Version};

const INSTALLED: Version = Version(0, 9, 143);
/// The first one with the filters and options that we use.
const OLDEST: Version = Version(0, 9, 100);

/// Installs it where none, or one too old, is found.
pub fn ensure() -> Result<(), Failure> {
    match installed_version("cargo-nextest", &["nextest", "--version"]) {
        Some(found) if found >= OLDEST => Ok(()),
        _ => install(&CargoTool {
            package: "cargo-nextest",
            version: INSTALLED,
            arguments: &["--locked", "--debug"],
            purpose: "it runs the tests; once, some 4 minutes",
        }),
    }
}
