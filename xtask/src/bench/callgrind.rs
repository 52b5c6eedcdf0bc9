//! Counts of instructions, by valgrind: the same in every run, whatever else the machine does.

use std::path::Path;

use crate::{failure::Failure, shell, tools::valgrind};

/// How many instructions `program` executes for one more round. Its last argument is the number of rounds; what it does
/// before the first does not count.
pub fn instructions(program: &Path, arguments: &[&str]) -> Result<f64, Failure> {
    const ROUNDS: u32 = 2;
    let none = count(program, arguments, 1)?;
    let some = count(program, arguments, 1 + ROUNDS)?;
    Ok((some - none) / f64::from(ROUNDS))
}

fn count(program: &Path, arguments: &[&str], rounds: u32) -> Result<f64, Failure> {
    let mut command = shell::command(valgrind::ensure()?);
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"])
        .arg(program)
        .args(arguments)
        .arg(rounds.to_string());
    let printed = shell::capture(&mut command)?;
    let counted = printed
        .lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    counted.ok_or_else(|| Failure::new(format!("valgrind did not say what it counted:\n{printed}")))
}
