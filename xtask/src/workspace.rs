//! Where things lie in the project.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The folder of the workspace's Cargo.toml.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // cargo sets the variable when it runs us; the compiled-in value serves a binary that is started by hand.
        let own =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        own.parent().map_or_else(|| own.clone(), Path::to_path_buf)
    })
}

/// cargo's target folder.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folder of the browser tests, which also holds the style tools.
pub fn end2end_dir() -> PathBuf {
    root().join("end2end")
}

/// The program that `cargo leptos build` leaves behind.
pub fn server_binary(release: bool) -> PathBuf {
    target_dir()
        .join(if release { "release" } else { "debug" })
        .join("timetap")
}
