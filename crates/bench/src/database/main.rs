//! The program on a real database, for `cargo xtask bench database`: `bench-database WHAT sqlite|postgres`, where WHAT is
//! `slots`, `bookings`, `webhooks`, `jobs` or `first-byte`. Prints figures. What is compared takes turns within one run, on the same
//! connections, and the medians of the rounds count. PostgreSQL's address is `TEST_DATABASE_URL`, and `TIMETAP_PROGRAM` is the
//! program whose door `webhooks` knocks at.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measuring program prints what it measured, and ends where it cannot"
)]

mod bookings;
mod figures;
mod first_byte;
mod jobs;
mod raw_booking;
mod raw_sql;
mod relay;
mod slots;
mod webhooks;
mod worker;

use timetap_store::Engine;
use tokio::runtime::{Builder, Runtime};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (what, engine) = match words[..] {
        [what, "sqlite"] => (what, Engine::Sqlite),
        [what, "postgres"] => (what, Engine::Postgres),
        _ => panic!("usage: bench-database slots|bookings|webhooks|jobs|first-byte sqlite|postgres"),
    };
    let ours = runtime();
    match what {
        "slots" => ours.block_on(slots::measure(engine)),
        "bookings" => ours.block_on(bookings::measure(engine)),
        "webhooks" => ours.block_on(webhooks::measure(engine)),
        "jobs" => {
            let theirs = runtime();
            ours.block_on(jobs::measure(engine, theirs.handle().clone()));
        }
        "first-byte" => ours.block_on(first_byte::measure(engine)),
        other => panic!("there is nothing called {other} to measure"),
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}
