//! What the program asks of its database, beside what the database takes: a look at the free times, bookings, and the
//! queue; on SQLite, and on a PostgreSQL of its own that keeps what it has committed.

use super::{programs, rows::Rows};
use crate::{
    failure::Failure,
    shell,
    tools::postgres::{Cluster, Durability},
};

/// Each in a process of its own.
const MEASURED: [&str; 4] = ["slots", "bookings", "jobs", "first-byte"];

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    let program = programs::build("bench-database", &["database"])?;
    let cluster = Cluster::start(Durability::Full)?;
    for what in MEASURED {
        for engine in ["sqlite", "postgres"] {
            let mut command = shell::command(&program);
            command.args([what, engine]).env("TEST_DATABASE_URL", cluster.url());
            rows.read(&shell::capture(&mut command)?)?;
        }
    }
    Ok(())
}
