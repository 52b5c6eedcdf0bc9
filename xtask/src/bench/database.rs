//! What the program asks of its database, beside what the database takes: a look at the free times, bookings, messages of
//! Stripe's, and the queue; on SQLite, and on a PostgreSQL of its own that keeps what it has committed.

use super::{programs, release_server, rows::Rows};
use crate::{
    build_site::set_leptos_options,
    failure::Failure,
    free_port::free_ports,
    shell,
    tools::postgres::{Cluster, Durability},
    workspace,
};

/// Each in a process of its own.
const MEASURED: [&str; 5] = ["slots", "bookings", "webhooks", "jobs", "first-byte"];

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    let program = programs::build("bench-database", &["database"])?;
    // Who takes messages in is the program as it is shipped.
    release_server::build()?;
    let [port] = free_ports()?;
    let cluster = Cluster::start(Durability::Full)?;
    for what in MEASURED {
        for engine in ["sqlite", "postgres"] {
            let mut command = shell::command(&program);
            set_leptos_options(&mut command, true, port);
            command
                .args([what, engine])
                .env("TEST_DATABASE_URL", cluster.url())
                .env("TIMETAP_PROGRAM", workspace::server_binary(true));
            rows.read(&shell::capture(&mut command)?)?;
        }
    }
    Ok(())
}
