//! What the server holds in memory: idle, and while pages are asked for without a pause. A minute of that, or with `--long`
//! ten.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{
    is_long, programs,
    release_server::{self, BOOKING_PAGE, FRONT_PAGE, HOST_PAGE, ReleaseServer},
    rows::{Floor, Rows},
};
use crate::{failure::Failure, interrupt, shell};

/// How long a server is idle before its memory is read.
const IDLE: Duration = Duration::from_secs(10);
/// Nobody's page.
const NOBODY: &str = "/no-such-host";
const BETWEEN: Duration = Duration::from_secs(1);

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    let program = programs::build("bench-http", &["http"])?;
    release_server::build()?;
    let server = ReleaseServer::start(&release_server::new_folder("memory")?)?;
    thread::sleep(IDLE);
    rows.add("idle", Floor::AtMost(40.0), server.memory()? / 1e6, "MB");

    let minutes: u16 = if is_long() { 10 } else { 1 };
    let mut command = shell::command(program);
    command
        .arg("load")
        .arg(server.port().to_string())
        .arg((minutes * 60).to_string())
        .args([BOOKING_PAGE, HOST_PAGE, FRONT_PAGE, BOOKING_PAGE].map(|page| format!("200:{page}")))
        .arg(format!("404:{NOBODY}"));
    // What it says of an answer that it did not expect is for whoever looks at the terminal.
    let mut load = command.spawn().map_err(Failure::while_doing("Starting the load"))?;
    let started = Instant::now();
    let mut samples = Vec::new();
    let ended = loop {
        thread::sleep(BETWEEN);
        samples.push((started.elapsed().as_secs_f64() / 60.0, server.memory()? / 1e6));
        if let Ok(Some(status)) = load.try_wait() {
            break status;
        }
        if interrupt::requested() {
            drop(load.kill());
            interrupt::check()?;
        }
    };
    if !ended.success() {
        return Err(Failure::new("The load ended before its time; its last line says why."));
    }
    let most = samples.iter().map(|(_, size)| *size).fold(0.0, f64::max);
    let words = if minutes == 1 {
        "a minute".to_owned()
    } else {
        format!("{minutes} minutes")
    };
    rows.add(
        format!("at most, during {words} of load"),
        Floor::AtMost(120.0),
        most,
        "MB",
    );
    // The pools of connections and of threads fill up first.
    let settled = &samples[samples.len() / 2..];
    // Half a minute is too short to tell growth from noise; it is measured, and counts in the long form.
    let floor = if is_long() { Floor::AtMost(1.0) } else { Floor::None };
    rows.add("growth in the second half", floor, slope(settled), "MB/min");
    Ok(())
}

/// The slope of the line that fits best.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count: f64 = points.iter().map(|_| 1.0).sum();
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    let (x, y) = (x / count, y / count);
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), point| {
        (above + (point.0 - x) * (point.1 - y), below + (point.0 - x).powi(2))
    });
    above / below
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn the_slope_of_a_line_is_its_slope() {
        let points: Vec<(f64, f64)> = (0..10_u8).map(|x| (f64::from(x), 3.0 + 2.5 * f64::from(x))).collect();
        assert!((slope(&points) - 2.5).abs() < 1e-9);
    }
}
