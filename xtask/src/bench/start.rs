//! From starting the program until it has answered a first request, with a database and without one.

use std::{
    fs,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use super::{
    release_server,
    rows::{Floor, Rows},
};
use crate::{demo_server::answers, failure::Failure, free_port::free_ports, shell};

const TIMES: usize = 9;
const GIVEN_UP_AFTER: Duration = Duration::from_secs(30);

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    release_server::build()?;
    let folder = release_server::new_folder("start")?;
    let mut fresh = Vec::new();
    let mut existing = Vec::new();
    for _ in 0..TIMES {
        for name in ["timetap.db", "timetap.db-wal", "timetap.db-shm"] {
            drop(fs::remove_file(folder.join(name)));
        }
        fresh.push(start(&folder)?);
        existing.push(start(&folder)?);
    }
    rows.add(
        "first answer, with a database",
        Floor::AtMost(150.0),
        median(existing),
        "ms",
    );
    rows.add(
        "first answer, without one yet",
        Floor::AtMost(1000.0),
        median(fresh),
        "ms",
    );
    Ok(())
}

/// Starts the program, waits for a page of it, and stops it again. The milliseconds until the page.
fn start(folder: &Path) -> Result<f64, Failure> {
    let [port] = free_ports()?;
    let mut command = release_server::serve(folder, port);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut server = command.spawn().map_err(Failure::while_doing("Starting TimeTap"))?;
    let answered = loop {
        if answers(port, release_server::FRONT_PAGE) {
            break Some(started.elapsed());
        }
        if started.elapsed() > GIVEN_UP_AFTER || !matches!(server.try_wait(), Ok(None)) {
            break None;
        }
        thread::sleep(Duration::from_millis(1));
    };
    shell::stop(&mut server, "-TERM", Duration::from_secs(10));
    answered
        .map(|time| time.as_secs_f64() * 1e3)
        .ok_or_else(|| Failure::new("TimeTap did not answer after its start."))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
