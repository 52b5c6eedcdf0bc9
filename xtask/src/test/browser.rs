//! The stage `e2e`: builds TimeTap as `cargo xtask run` does, searches what browsers get for what they must not get, starts
//! TimeTap with new data, and lets Playwright use it.

use std::{fs, process};

use super::{Outcome, report, site_secrets};
use crate::{
    build_site::build_site_with, demo_server::DemoServer, failure::Failure, shell, tally::read_playwright, tools, user,
    workspace,
};

/// Runs the browser tests; `extra` goes to `playwright test`.
pub fn run(extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
    report::heading("e2e: build");
    tools::ensure_build_tools()?;
    build_site_with(false, site_secrets::plant)?;
    report::heading("e2e: nothing of the server's in what browsers get");
    let read = site_secrets::search(&workspace::root().join("target/site"))?;
    println!("ok, {read} bytes");
    outcome.tally.passed += 1;
    let chromium = match tools::chromium::ensure() {
        Ok(chromium) => chromium,
        // On a build server, a test that was left out would pass for a green one.
        Err(failure) if user::is_ci() => return Err(failure),
        Err(failure) => {
            println!("{failure}");
            outcome.skip(format!("the browser tests. {failure}"));
            return Ok(());
        }
    };

    report::heading("e2e: browser");
    // One folder per run, so that two at a time do not share a database.
    let folder = workspace::target_dir().join("e2e").join(process::id().to_string());
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).map_err(Failure::while_doing("Making a folder for the browser tests"))?;
    let mut server = DemoServer::start(&folder)?;

    let mut command = shell::command("playwright");
    command
        .current_dir(workspace::end2end_dir())
        .arg("test")
        .arg("--output")
        .arg(folder.join("results"))
        .args(extra);
    command.envs(server.environment()).env("CHROMIUM", chromium);
    if shell::colour() {
        command.env("FORCE_COLOR", "1");
    }
    let (status, output) = shell::tee(&mut command)?;

    outcome.tally += read_playwright(&output).unwrap_or_default();
    if !server.is_running() {
        outcome.fail(format!(
            "TimeTap ended during the tests. Its last words:\n{}",
            server.last_words()
        ));
    } else if !status.success() && outcome.tally.failed == 0 {
        outcome.fail(format!("`playwright test` ended with {status}"));
    }
    drop(server);
    if outcome.tally.failed == 0 {
        drop(fs::remove_dir_all(&folder));
    } else {
        outcome
            .notes
            .push(format!("traces, pictures and the server's log: {}", folder.display()));
    }
    Ok(())
}
