//! The browser of the end-to-end tests: the system's own Chromium, so that nothing is downloaded from elsewhere.

use std::{env, path::PathBuf};

use super::apt;
use crate::{failure::Failure, shell};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ADVICE: &str = "Install chromium with your package manager, or set CHROMIUM to the browser's program file.";

/// The browser's program file: `CHROMIUM` where set, else what is on the PATH, else newly installed.
pub fn ensure() -> Result<PathBuf, Failure> {
    if let Some(chosen) = env::var_os("CHROMIUM").filter(|value| !value.is_empty()) {
        return shell::find_program(&chosen).ok_or_else(|| {
            Failure::new(format!(
                "CHROMIUM is set to {}, and there is no such file. {ADVICE}",
                chosen.display()
            ))
        });
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    if !apt::is_usable() {
        return Err(Failure::new(format!(
            "There is no Chromium for the browser tests. {ADVICE}"
        )));
    }
    println!("Installing chromium for the browser tests.");
    apt::install("chromium").map_err(|failure| Failure::new(format!("{failure}\n{ADVICE}")))?;
    find().ok_or_else(|| {
        Failure::new(format!(
            "chromium was installed, but its program is not on the PATH. {ADVICE}"
        ))
    })
}

fn find() -> Option<PathBuf> {
    NAMES.iter().find_map(shell::find_program)
}
