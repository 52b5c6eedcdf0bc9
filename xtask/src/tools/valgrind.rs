//! valgrind, which counts instructions.

use std::path::PathBuf;

use super::apt;
use crate::{failure::Failure, shell};

/// Finds it, or installs it where that can be done without asking anybody.
pub fn ensure() -> Result<PathBuf, Failure> {
    if let Some(program) = shell::find_program("valgrind") {
        return Ok(program);
    }
    if apt::is_usable() {
        println!("Installing valgrind …");
        apt::install("valgrind")?;
    }
    shell::find_program("valgrind")
        .ok_or_else(|| Failure::new("Counting instructions needs valgrind. Please install it (the package valgrind)."))
}
