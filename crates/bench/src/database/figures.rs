//! From many measurements to one figure, and from that to a line that `cargo xtask bench` reads.

use std::time::Duration;

use timetap_store::Engine;

/// Prints a figure of this engine. `floor` is `none`, `at most N` or `at least N`.
pub fn print(engine: Engine, floor: &str, name: &str, value: f64, unit: &str) {
    let engine = match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    println!("figure\t{floor}\t{name}, {engine}\t{value:.4}\t{unit}");
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// In milliseconds, the time that so many of a hundred do not exceed.
pub fn percentile(times: &mut [Duration], hundredths: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * hundredths / 100].as_secs_f64() * 1e3
}

/// So many in this time, a second.
pub fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / time.as_secs_f64()
}
