//! `cargo xtask test`: runs the stages one after the other, goes on after a failure, and ends with what ran, what did
//! not and why, and one line of counts.

mod browser;
mod dependencies;
mod lint;
mod report;
mod rust_tests;
mod site_secrets;

use std::time::Instant;

pub use report::{heading, in_words};

use crate::{failure::Failure, interrupt, tally::Tally};

/// A part of the tests that can be run by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Lint,
    Unit,
    Db,
    E2e,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Lint, Self::Unit, Self::Db, Self::E2e];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Unit => "unit",
            Self::Db => "db",
            Self::E2e => "e2e",
        }
    }

    /// What came of it before a failure that ends it stands in `outcome` all the same.
    fn run(self, extra: &[String], outcome: &mut Outcome) -> Result<(), Failure> {
        match self {
            Self::Lint => lint::run(outcome),
            Self::Unit => rust_tests::run_unit(extra, outcome),
            Self::Db => rust_tests::run_db(extra, outcome),
            Self::E2e => browser::run(extra, outcome),
        }
    }
}

/// What came of a stage: counts, and sentences for the summary (what was left out, and why).
#[derive(Debug, Default)]
struct Outcome {
    tally: Tally,
    notes: Vec<String>,
}

impl Outcome {
    /// Takes note of something that did not run.
    fn skip(&mut self, why: impl Into<String>) {
        self.tally.skipped += 1;
        self.notes.push(format!("skipped: {}", why.into()));
    }

    /// Takes note of something that failed.
    fn fail(&mut self, why: impl Into<String>) {
        self.tally.failed += 1;
        self.notes.push(format!("failed: {}", why.into()));
    }
}

/// What the user asked for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    stages: Vec<Stage>,
    extra: Vec<String>,
}

impl Request {
    fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let (names, extra) = match arguments.iter().position(|word| word == "--") {
            Some(place) => (&arguments[..place], arguments[place + 1..].to_vec()),
            None => (arguments, Vec::new()),
        };
        let mut asked = Vec::new();
        for name in names {
            let stage = Stage::ALL.into_iter().find(|stage| stage.name() == name);
            asked.push(stage.ok_or_else(|| {
                Failure::new(format!(
                    "There is no stage \"{name}\". The stages are lint, unit, db and e2e."
                ))
            })?);
        }
        let one_runner = matches!(asked[..], [Stage::Unit | Stage::Db | Stage::E2e]);
        if !extra.is_empty() && !one_runner {
            return Err(Failure::new(
                "Arguments after -- go to one test runner: name one stage of unit, db and e2e before them.",
            ));
        }
        // Always from the quickest to the slowest, however they were named.
        let stages = Stage::ALL
            .into_iter()
            .filter(|stage| asked.is_empty() || asked.contains(stage))
            .collect();
        Ok(Self { stages, extra })
    }
}

/// Runs the command; an error means that something failed.
pub fn test(arguments: &[String]) -> Result<(), Failure> {
    let request = Request::parse(arguments)?;
    interrupt::listen()?;
    let mut summary = report::Summary::new();
    for stage in request.stages {
        let started = Instant::now();
        let mut outcome = Outcome::default();
        if let Err(failure) = stage.run(&request.extra, &mut outcome) {
            interrupt::check()?;
            eprintln!("\n{failure}");
            outcome.fail(failure.to_string());
        }
        summary.add(stage.name(), started.elapsed(), outcome);
    }
    summary.print();
    summary.verdict()
}

/// Runs the long forms of the proofs; `arguments` go to the test runner.
pub fn torture(arguments: &[String]) -> Result<(), Failure> {
    let extra = match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        Some((first, _)) => {
            return Err(Failure::new(format!(
                "`torture` does not know \"{first}\". Arguments after -- go to the test runner."
            )));
        }
        None => arguments,
    };
    interrupt::listen()?;
    let started = Instant::now();
    let (mut summary, mut outcome) = (report::Summary::new(), Outcome::default());
    rust_tests::run_proofs(extra, &mut outcome)?;
    summary.add("torture", started.elapsed(), outcome);
    summary.print();
    summary.verdict()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Request::parse(&words).map_err(|failure| failure.to_string())
    }

    #[test]
    fn without_a_name_everything_runs() {
        assert_eq!(parse("").unwrap().stages, Stage::ALL);
    }

    #[test]
    fn named_stages_run_once_and_in_order() {
        assert_eq!(parse("db unit db").unwrap().stages, [Stage::Unit, Stage::Db]);
        assert!(parse("units").unwrap_err().contains("lint, unit, db and e2e"));
    }

    #[test]
    fn further_arguments_go_to_one_runner() {
        let request = parse("e2e -- --project phone").unwrap();
        assert_eq!(
            (request.stages, request.extra.join(" ")),
            (vec![Stage::E2e], "--project phone".to_owned())
        );
        for line in ["-- slots", "unit db -- slots", "lint -- slots"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
