//! What comes from npm: Tailwind and wasm-opt for the build, Playwright and axe for the browser tests. All of it in
//! `end2end/node_modules`, as package-lock.json there says.

use std::{fs, path::Path};

use crate::{failure::Failure, shell, version::Version, workspace};

const OLDEST_NODE: Version = Version(20, 0, 0);
const ADVICE: &str = "Tailwind and the browser tests run on it. Install Node.js 20 or newer with npm (https://nodejs.org, or \
                      your package manager), then run this again.";

/// Installs what the lock file names, unless exactly that is there.
pub fn ensure() -> Result<(), Failure> {
    ensure_in(
        &workspace::end2end_dir(),
        "the style and browser-test tools with npm (once, some seconds)",
    )
}

/// The same for the packages of any folder; `what` they are.
pub fn ensure_in(folder: &Path, what: &str) -> Result<(), Failure> {
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(Failure::while_doing(format!("Reading {}", lock_file.display())))?;
    // Written after a complete installation, so that an interrupted one is done again.
    let stamp = folder.join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) && shell::find_program("node").is_some() {
        return Ok(());
    }
    check_node()?;
    println!("Installing {what}.");
    let mut command = shell::command("npm");
    // No package here needs its install script, and Playwright is to use the system's browser.
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder);
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell::run(&mut command).map_err(|failure| {
        Failure::new(format!(
            "{failure}\nIf the network is the reason, run this again when it is back."
        ))
    })?;
    fs::write(&stamp, lock).map_err(Failure::while_doing("Noting what npm installed"))
}

fn check_node() -> Result<(), Failure> {
    if shell::find_program("node").is_none() || shell::find_program("npm").is_none() {
        return Err(Failure::new(format!("Node.js or npm is missing. {ADVICE}")));
    }
    let text = shell::capture(shell::command("node").arg("--version"))?;
    match Version::find(&text) {
        Some(found) if found >= OLDEST_NODE => Ok(()),
        _ => Err(Failure::new(format!(
            "This Node.js is too old ({}). {ADVICE}",
            text.trim()
        ))),
    }
}
