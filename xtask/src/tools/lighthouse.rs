//! Lighthouse, in `end2end/lighthouse/node_modules`.

use super::node_tools;
use crate::{failure::Failure, workspace};

/// Installs what the lock file names, unless exactly that is there.
pub fn ensure() -> Result<(), Failure> {
    node_tools::ensure_in(
        &workspace::end2end_dir().join("lighthouse"),
        "Lighthouse, with npm (once, a minute)",
    )
}
