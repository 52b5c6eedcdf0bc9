//! Requests a second, beside those of the least that axum can answer.

use super::{
    programs,
    release_server::{self, BOOKING_PAGE, ReleaseServer},
    rows::Rows,
};
use crate::{failure::Failure, shell};

/// A file that every page names.
const FILE: &str = "/fonts/inter-latin.woff2";

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    let program = programs::build("bench-http", &["http"])?;
    release_server::build()?;
    let server = ReleaseServer::start(&release_server::new_folder("http")?)?;
    let mut command = shell::command(program);
    command
        .arg("compare")
        .arg(server.port().to_string())
        .args([BOOKING_PAGE, FILE]);
    rows.read(&shell::capture(&mut command)?)
}
