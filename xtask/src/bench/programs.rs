//! The measuring programs of `crates/bench`, built as they would be shipped.

use std::path::PathBuf;

use crate::{failure::Failure, shell, workspace};

/// Builds one and gives its file. `features` are those of timetap-bench that it needs.
pub fn build(name: &str, features: &[&str]) -> Result<PathBuf, Failure> {
    let features = features.join(",");
    shell::run(&mut shell::cargo(&[
        "build",
        "--release",
        "--package",
        "timetap-bench",
        "--no-default-features",
        "--features",
        &features,
        "--bin",
        name,
    ]))?;
    Ok(workspace::target_dir().join("release").join(name))
}
