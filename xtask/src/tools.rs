//! The tools that building and testing needs: each is looked for first, installed when it is missing, and where that is
//! not possible, the failure says what to install. A check of all of them takes well under two seconds.

pub mod cargo_leptos;
pub mod chromium;
pub mod lighthouse;
pub mod nextest;
pub mod node_tools;
pub mod postgres;
pub mod valgrind;
pub mod wasm_bindgen;
pub mod wasm_target;

mod apt;
mod cargo_install;

use crate::failure::Failure;

/// What `cargo leptos build` needs.
pub fn ensure_build_tools() -> Result<(), Failure> {
    wasm_target::ensure()?;
    node_tools::ensure()?;
    wasm_bindgen::ensure()?;
    cargo_leptos::ensure()
}
