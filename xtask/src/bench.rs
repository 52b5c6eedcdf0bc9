//! `cargo xtask bench`: measures TimeTap stage by stage, prints each figure beside its floor, keeps the figures in
//! `target/bench`, and fails where a floor is missed. docs/PERFORMANCE.md says what the figures mean.
//!
//! A stage is a file here with one function that fills a [`Rows`], and a line in [`STAGES`].

mod callgrind;
mod database;
mod engine;
mod front;
mod http;
mod lighthouse;
mod memory;
mod programs;
mod release_server;
mod rows;
mod start;

use std::{fs, time::Instant};

use crate::{
    failure::Failure,
    interrupt,
    test::{heading, in_words},
    workspace,
};
use rows::Rows;

/// Measures, and says what came of it. What was measured before a failure counts all the same.
type Measure = fn(&mut Rows) -> Result<(), Failure>;

/// In the order in which they run.
const STAGES: &[(&str, Measure)] = &[
    ("engine", engine::measure),
    ("front", front::measure),
    ("start", start::measure),
    ("http", http::measure),
    ("memory", memory::measure),
    ("database", database::measure),
    ("lighthouse", lighthouse::measure),
];

/// Makes the stages that can take their time take it.
const LONG: &str = "--long";

fn is_long() -> bool {
    std::env::args().any(|argument| argument == LONG)
}

/// Runs the command; an error means that a floor was missed or could not be measured.
pub fn bench(arguments: &[String]) -> Result<(), Failure> {
    let chosen: Vec<&String> = arguments.iter().filter(|argument| *argument != LONG).collect();
    for name in &chosen {
        if !STAGES.iter().any(|(stage, _)| stage == *name) {
            let known: Vec<&str> = STAGES.iter().map(|(stage, _)| *stage).collect();
            return Err(Failure::new(format!(
                "There is no stage \"{name}\". The stages are {}.",
                known.join(", ")
            )));
        }
    }
    interrupt::listen()?;
    let folder = workspace::target_dir().join("bench");
    fs::create_dir_all(&folder).map_err(Failure::while_doing("Making target/bench"))?;
    let mut results = Vec::new();
    for (stage, measure) in STAGES {
        if !chosen.is_empty() && !chosen.iter().any(|name| *name == stage) {
            continue;
        }
        heading(&format!("Measuring: {stage}"));
        let started = Instant::now();
        let mut rows = Rows::new();
        if let Err(failure) = measure(&mut rows) {
            interrupt::check()?;
            eprintln!("\n{failure}");
            rows.broke();
        }
        let file = folder.join(format!("{stage}.json"));
        fs::write(&file, rows.to_json(stage)).map_err(Failure::while_doing(format!("Writing {}", file.display())))?;
        println!("{stage} took {}.", in_words(started.elapsed()));
        results.push((*stage, rows));
    }
    heading("Figures");
    for (stage, rows) in &results {
        print!("{}", rows.table(stage));
    }
    let missed: usize = results.iter().map(|(_, rows)| rows.missed()).sum();
    match missed {
        0 => Ok(()),
        1 => Err(Failure::new("1 floor was missed, or could not be measured.")),
        _ => Err(Failure::new(format!(
            "{missed} floors were missed, or could not be measured."
        ))),
    }
}
