//! What Lighthouse says of the pages that customers see, on a slow phone.

use super::{
    is_long,
    release_server::{self, BOOKING_PAGE, FRONT_PAGE, HOST_PAGE, ReleaseServer},
    rows::Rows,
};
use crate::{failure::Failure, shell, tools, workspace};

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    tools::lighthouse::ensure()?;
    let chromium = tools::chromium::ensure()?;
    release_server::build()?;
    let server = ReleaseServer::start(&release_server::new_folder("lighthouse")?)?;
    let mut command = shell::command("node");
    command
        .current_dir(workspace::end2end_dir().join("lighthouse"))
        .env("CHROME_PATH", chromium)
        .arg("audit.mjs")
        .arg(if is_long() { "9" } else { "3" });
    for (name, path) in [
        ("booking page", BOOKING_PAGE),
        ("host page", HOST_PAGE),
        ("front page", FRONT_PAGE),
    ] {
        command.arg(format!("{name}=http://127.0.0.1:{}{path}", server.port()));
    }
    let printed = shell::capture(&mut command)?;
    for line in printed.lines().filter(|line| !line.starts_with("figure\t")) {
        println!("{line}");
    }
    rows.read(&printed)
}
