//! Builds server, WebAssembly and styles, and says what the server must know of where they lie.

use std::process::Command;

use crate::{failure::Failure, shell, workspace};

/// Builds everything with cargo-leptos, in the development profile or as it is shipped.
pub fn build_site(release: bool) -> Result<(), Failure> {
    build_site_with(release, |_| {})
}

/// The same after `prepare` has had its way with the command.
pub fn build_site_with(release: bool, prepare: impl FnOnce(&mut Command)) -> Result<(), Failure> {
    let mut command = shell::cargo(&["leptos", "build"]);
    // A backtrace of cargo-leptos would bury what the compiler said.
    command.env("RUST_BACKTRACE", "0").env("RUST_SPANTRACE", "0");
    if release {
        // Compressed copies of the files are written beside them, so that the server never compresses on the way.
        command.args(["--release", "--precompress"]);
    }
    prepare(&mut command);
    shell::run(&mut command).map_err(|failure| Failure::new(format!("{failure} What does not compile stands above.")))
}

/// Gives a server that was built here its Leptos settings, which agree with `[package.metadata.leptos]`.
pub fn set_leptos_options(command: &mut Command, release: bool, port: u16) {
    command
        .env("LEPTOS_OUTPUT_NAME", "timetap")
        .env("LEPTOS_SITE_ROOT", workspace::root().join("target/site"))
        .env("LEPTOS_SITE_PKG_DIR", "pkg")
        .env("LEPTOS_SITE_ADDR", format!("127.0.0.1:{port}"))
        .env("LEPTOS_HASH_FILES", "true")
        .env("LEPTOS_ENV", if release { "PROD" } else { "DEV" });
}
