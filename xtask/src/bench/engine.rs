//! The slot engine: how many instructions it takes beside a merge loop written by hand, and how they grow with the hosts,
//! the days and the busy times.

use std::path::Path;

use super::{
    callgrind::instructions,
    programs,
    rows::{Floor, Rows},
};
use crate::{failure::Failure, shell};

/// Hosts, days, busy times.
type Size = [u32; 3];

/// A month on a grid of a quarter of an hour, with the end of summer time inside.
const MONTH: Size = [1, 30, 100];
const HOSTS: [Size; 4] = [[1, 30, 100], [10, 30, 100], [100, 30, 100], [1000, 30, 100]];
const DAYS: [Size; 5] = [[1, 7, 100], [1, 30, 100], [1, 90, 100], [1, 180, 100], [1, 365, 100]];
const BUSY: [Size; 5] = [
    [1, 365, 0],
    [1, 365, 10],
    [1, 365, 100],
    [1, 365, 1000],
    [1, 365, 10_000],
];

/// Fills in the stage's rows.
pub fn measure(rows: &mut Rows) -> Result<(), Failure> {
    let program = programs::build("bench-engine", &[])?;
    // An engine that offers something else is not quicker, but wrong.
    for size in [MONTH, [100, 30, 100], [1, 365, 10_000]] {
        shell::capture(shell::command(&program).arg("check").args(words(size)).arg("1"))?;
    }
    let by_engine = counted(&program, "engine", MONTH)?;
    let by_loop = counted(&program, "loop", MONTH)?;
    rows.add("a month by a merge loop", Floor::None, by_loop, "instructions");
    rows.add("a month by the engine", Floor::None, by_engine, "instructions");
    rows.add(
        "the engine by the merge loop",
        Floor::AtMost(4.0),
        by_engine / by_loop,
        "×",
    );
    rows.read(&shell::capture(
        shell::command(&program).arg("clock").args(words(MONTH)).arg("500"),
    )?)?;
    let with_hosts = points(&program, &HOSTS, |size| size[0])?;
    rows.add(
        "growth with hosts 1…1000",
        Floor::AtMost(1.1),
        slope(&with_hosts),
        "log/log",
    );
    let with_days = points(&program, &DAYS, |size| size[1])?;
    rows.add(
        "growth with days 7…365",
        Floor::AtMost(1.1),
        slope(&with_days),
        "log/log",
    );
    // Nothing has no logarithm: a host with no busy time counts as one with one.
    let with_busy = points(&program, &BUSY, |size| size[2].max(1))?;
    rows.add(
        "growth with busy times 0…10,000",
        Floor::AtMost(1.1),
        slope(&with_busy),
        "log/log",
    );
    // What a line through the small sizes would hide.
    let steepest = with_busy.windows(2).map(slope).fold(f64::NEG_INFINITY, f64::max);
    rows.add(
        "growth with busy times, steepest step",
        Floor::AtMost(1.1),
        steepest,
        "log/log",
    );
    Ok(())
}

fn words(size: Size) -> [String; 3] {
    size.map(|number| number.to_string())
}

fn counted(program: &Path, who: &str, size: Size) -> Result<f64, Failure> {
    let [hosts, days, busy] = words(size);
    instructions(program, &[who, &hosts, &days, &busy])
}

fn points(program: &Path, sizes: &[Size], of: impl Fn(Size) -> u32) -> Result<Vec<(f64, f64)>, Failure> {
    let point = |size: &Size| Ok((f64::from(of(*size)).ln(), counted(program, "engine", *size)?.ln()));
    sizes.iter().map(point).collect()
}

/// The slope of the straight line that fits best through the points, by least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    let [count, x, y] = points.iter().fold([0.0; 3], |[count, sum_x, sum_y], (x, y)| {
        [count + 1.0, sum_x + x, sum_y + y]
    });
    let (x, y) = (x / count, y / count);
    let (with, alone) = points.iter().fold((0.0, 0.0), |(with, alone), point| {
        (with + (point.0 - x) * (point.1 - y), alone + (point.0 - x).powi(2))
    });
    with / alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_the_exponent() {
        let grown = |exponent: f64| {
            let points: Vec<(f64, f64)> = [1.0, 10.0, 100.0, 1000.0]
                .into_iter()
                .map(|size: f64| (size.ln(), (7.0 * size.powf(exponent)).ln()))
                .collect();
            slope(&points)
        };
        assert!((grown(1.0) - 1.0).abs() < 1e-9);
        assert!((grown(2.0) - 2.0).abs() < 1e-9);
        assert!(grown(0.0).abs() < 1e-9);
        assert!(slope(&[(0.0, 1.0)]).is_nan(), "one size shows no growth");
    }
}
