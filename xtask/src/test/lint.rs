//! The stage `lint`: format, clippy for the server and for WebAssembly, the documentation, the types of the browser tests.

use std::{process::Command, time::Instant};

use super::{Outcome, report};
use crate::{failure::Failure, shell, tools, workspace};

/// Runs all checks, whatever the first ones say.
pub fn run(outcome: &mut Outcome) -> Result<(), Failure> {
    check(
        outcome,
        "format (mend it with `cargo fmt`)",
        &mut shell::cargo(&["fmt", "--all", "--check"]),
    )?;

    // Warnings are made errors here and not by RUSTFLAGS, which would compile every dependency once more.
    let server = &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    check(outcome, "clippy, server", &mut shell::cargo(server))?;

    super::dependencies::run(outcome)?;

    tools::wasm_target::ensure()?;
    let islands = "clippy --lib -p timetap-front -p timetap-app --target wasm32-unknown-unknown --no-default-features \
                   --features timetap-front/hydrate,timetap-app/hydrate -- -D warnings";
    let islands: Vec<&str> = islands.split_whitespace().collect();
    check(outcome, "clippy, WebAssembly", &mut shell::cargo(&islands))?;

    let mut doc = shell::cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
    check(outcome, "documentation", doc.env("RUSTDOCFLAGS", "-D warnings"))?;

    tools::node_tools::ensure()?;
    let mut types = shell::command("tsc");
    check(
        outcome,
        "types of the browser tests",
        types.arg("--noEmit").arg("-p").arg(workspace::end2end_dir()),
    )
}

/// Runs one check.
pub fn check(outcome: &mut Outcome, name: &str, command: &mut Command) -> Result<(), Failure> {
    report::heading(&format!("lint: {name}"));
    let started = Instant::now();
    if shell::status(command)?.success() {
        println!("ok, {}", report::in_words(started.elapsed()));
        outcome.tally.passed += 1;
    } else {
        outcome.fail(name);
    }
    Ok(())
}
