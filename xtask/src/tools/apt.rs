//! Debian's package manager, used only where we are root: in a container, or on a build server.

use crate::{failure::Failure, shell, user};

/// Whether a missing program can be installed without asking anybody.
pub fn is_usable() -> bool {
    user::is_root() && shell::find_program("apt-get").is_some()
}

/// Installs one package.
pub fn install(package: &str) -> Result<(), Failure> {
    let apt = |arguments: &[&str]| {
        let mut command = shell::command("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        shell::run(&mut command)
    };
    apt(&["update", "-q"])?;
    apt(&["install", "-y", "-q", "--no-install-recommends", package])
}
