//! Headings, times and the summary.

use std::time::Duration;

use super::Outcome;
use crate::{failure::Failure, shell, tally::Tally};

/// Says what comes next.
pub fn heading(text: &str) {
    if shell::colour() {
        println!("\n\u{1b}[1m── {text}\u{1b}[0m");
    } else {
        println!("\n── {text}");
    }
}

/// "0.4 s", "41 s", "12 min 5 s".
pub fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// The stages so far.
pub struct Summary(Vec<(&'static str, Duration, Outcome)>);

impl Summary {
    /// Nothing has run.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// This stage has run, for so long.
    pub fn add(&mut self, stage: &'static str, time: Duration, outcome: Outcome) {
        self.0.push((stage, time, outcome));
    }

    /// Prints the table, the notes, and the line of counts.
    pub fn print(&self) {
        heading("Summary");
        for (stage, time, Outcome { tally, notes }) in &self.0 {
            let verdict = if tally.failed > 0 { "FAILED" } else { "ok" };
            println!("{stage:<8}{verdict:<8}{:<42}{}", tally.to_string(), in_words(*time));
            for note in notes {
                println!("        {}", note.replace('\n', "\n        "));
            }
        }
        let time: Duration = self.0.iter().map(|(_, time, _)| *time).sum();
        println!("In all {}.\n\n{}", in_words(time), self.total());
    }

    /// An error if anything failed, or if nothing at all ran.
    pub fn verdict(&self) -> Result<(), Failure> {
        match self.total() {
            Tally {
                failed: 0, passed: 1.., ..
            } => Ok(()),
            Tally { failed: 0, .. } => Err(Failure::new("Nothing was tested.")),
            Tally { failed, .. } => Err(Failure::new(format!("{failed} failed; what and why stands above."))),
        }
    }

    fn total(&self) -> Tally {
        let mut total = Tally::default();
        for (_, _, outcome) in &self.0 {
            total += outcome.tally;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(passed: u64, failed: u64, skipped: u64) -> Outcome {
        Outcome {
            tally: Tally {
                passed,
                failed,
                skipped,
            },
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_failure_anywhere_fails_the_whole() {
        let mut summary = Summary::new();
        summary.add("unit", Duration::ZERO, outcome(5, 0, 1));
        assert!(summary.verdict().is_ok());
        summary.add("db", Duration::ZERO, outcome(7, 1, 0));
        assert!(summary.verdict().is_err());
        assert_eq!(
            summary.total(),
            Tally {
                passed: 12,
                failed: 1,
                skipped: 1
            }
        );
    }

    #[test]
    fn nothing_tested_is_no_success() {
        let mut summary = Summary::new();
        summary.add("db", Duration::ZERO, outcome(0, 0, 2));
        assert!(summary.verdict().is_err());
    }

    #[test]
    fn times_read_well() {
        assert_eq!(in_words(Duration::from_millis(440)), "0.4 s");
        assert_eq!(in_words(Duration::from_secs(41)), "41 s");
        assert_eq!(in_words(Duration::from_secs(725)), "12 min 5 s");
    }
}
