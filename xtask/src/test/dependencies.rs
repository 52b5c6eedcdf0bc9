//! What dependencies may be (`deny.toml`): their licences, where they come from, and which are not wanted.
//!
//! Looked at here, from what cargo itself says, because building cargo-deny takes longer than many a stage; where it is
//! installed it looks as well, and at the advisories, which it fetches.

use std::{collections::BTreeSet, fs, time::Instant};

use super::{Outcome, report};
use crate::{failure::Failure, shell, workspace};

/// What `deny.toml` says.
struct Rules {
    licences: BTreeSet<String>,
    unwanted: BTreeSet<String>,
}

impl Rules {
    fn read(text: &str) -> Result<Self, Failure> {
        let section = |name: &str, list: &str| {
            let section = text.split(&format!("\n[{name}]")).nth(1)?;
            let list = section.split(&format!("\n{list} = [")).nth(1)?;
            Some(list.split("\n]").next()?.lines().map(str::trim).collect::<Vec<_>>())
        };
        let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
        let rules = Self {
            licences: section("licenses", "allow")
                .into_iter()
                .flatten()
                .filter(|line| line.starts_with('"'))
                .filter_map(quoted)
                .collect(),
            unwanted: section("bans", "deny")
                .into_iter()
                .flatten()
                .filter(|line| line.starts_with("{ crate = "))
                .filter_map(quoted)
                .collect(),
        };
        if rules.licences.is_empty() || rules.unwanted.is_empty() {
            return Err(Failure::new(
                "deny.toml has no list of licences, or none of unwanted crates.",
            ));
        }
        Ok(rules)
    }

    /// What is wrong with a line of `cargo tree`: package, version and place, a bar, the licence.
    fn complaint(&self, line: &str) -> Option<String> {
        let (package, licence) = line.trim_end_matches(" (*)").rsplit_once('|')?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?);
        let place = words.find(|word| word.starts_with('(') && *word != "(proc-macro)");
        if place.is_some_and(|place| place.starts_with("(/")) {
            return None; // ours
        }
        if let Some(place) = place {
            return Some(format!(
                "{name} {version} does not come from the public registry but from {place}"
            ));
        }
        if self.unwanted.contains(name) {
            return Some(format!("{name} {version} is not wanted; deny.toml says why"));
        }
        let fine = Licence::new(licence).is_some_and(|mut licence| licence.allowed(&self.licences));
        (!fine).then(|| format!("{name} {version} has the licence \"{licence}\", which deny.toml does not name"))
    }
}

/// A licence expression (SPDX 2.3, annex D), and the older way with a slash for "or".
struct Licence(Vec<String>);

impl Licence {
    fn new(text: &str) -> Option<Self> {
        let text = text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let mut words: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match words.last_mut() {
                Some(last) if word == "WITH" || last.ends_with(" WITH") => *last = format!("{last} {word}"),
                _ => words.push(word.to_owned()),
            }
        }
        words.reverse();
        (!words.is_empty()).then_some(Self(words))
    }

    fn allowed(&mut self, by: &BTreeSet<String>) -> bool {
        let allowed = self.either(by);
        allowed && self.0.is_empty()
    }

    fn either(&mut self, by: &BTreeSet<String>) -> bool {
        let mut allowed = self.both(by);
        while self.0.last().is_some_and(|word| word == "OR") {
            self.0.pop();
            allowed |= self.both(by);
        }
        allowed
    }

    fn both(&mut self, by: &BTreeSet<String>) -> bool {
        let mut allowed = self.one(by);
        while self.0.last().is_some_and(|word| word == "AND") {
            self.0.pop();
            allowed &= self.one(by);
        }
        allowed
    }

    fn one(&mut self, by: &BTreeSet<String>) -> bool {
        match self.0.pop() {
            Some(word) if word == "(" => {
                let allowed = self.either(by);
                self.0.pop().is_some_and(|word| word == ")") && allowed
            }
            Some(word) => by.contains(&word),
            None => false,
        }
    }
}

/// Looks at every dependency of every platform and feature.
pub fn run(outcome: &mut Outcome) -> Result<(), Failure> {
    const NAME: &str = "dependencies (licences, sources, unwanted crates: deny.toml)";
    report::heading(&format!("lint: {NAME}"));
    let started = Instant::now();
    let text =
        fs::read_to_string(workspace::root().join("deny.toml")).map_err(Failure::while_doing("Reading deny.toml"))?;
    let rules = Rules::read(&text)?;
    let tree = "tree --workspace --all-features --target all --edges normal,build,dev --prefix none --locked";
    let mut arguments: Vec<&str> = tree.split(' ').collect();
    arguments.extend(["--format", "{p}|{l}"]);
    let listed = shell::capture(&mut shell::cargo(&arguments))?;
    let listed: BTreeSet<&str> = listed.lines().filter(|line| !line.trim().is_empty()).collect();
    let complaints: Vec<String> = listed.iter().filter_map(|line| rules.complaint(line)).collect();
    for complaint in &complaints {
        println!("{complaint}");
    }
    if complaints.is_empty() && listed.len() > 100 {
        println!("ok, {}", report::in_words(started.elapsed()));
        outcome.tally.passed += 1;
    } else {
        outcome.fail(NAME);
    }
    advisories(outcome)
}

/// Where cargo-deny is installed: its own word, and what is known of holes in dependencies.
fn advisories(outcome: &mut Outcome) -> Result<(), Failure> {
    if shell::find_program("cargo-deny").is_none() {
        outcome.notes.push(
            "advisories were not looked at: cargo-deny is not installed (`cargo install cargo-deny --locked`, once, some \
             minutes)"
                .to_owned(),
        );
        return Ok(());
    }
    super::lint::check(
        outcome,
        "cargo deny",
        &mut shell::cargo(&[
            "deny",
            "--offline",
            "--log-level",
            "error",
            "check",
            "licenses",
            "bans",
            "sources",
        ]),
    )?;
    report::heading("lint: advisories");
    let (status, said) = shell::tee(&mut shell::cargo(&["deny", "--color", "never", "check", "advisories"]))?;
    if status.success() {
        outcome.tally.passed += 1;
    } else if said.contains("failed to fetch advisory database") {
        outcome
            .notes
            .push("advisories were not looked at: their database could not be fetched".to_owned());
    } else {
        outcome.fail("advisories");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::read(include_str!("../../../deny.toml")).unwrap()
    }

    #[test]
    fn expressions_are_read_as_they_are_meant() {
        let rules = rules();
        for (licence, fine) in [
            ("MIT", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0-only OR MIT", true),
            ("GPL-3.0-only AND MIT", false),
            ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
            ("MIT OR (GPL-3.0-only AND Unicode-3.0)", true),
            ("(GPL-3.0-only OR AGPL-3.0-only) AND MIT", false),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("GPL-2.0-only WITH Classpath-exception-2.0", false),
            ("(MIT", false),
            ("", false),
        ] {
            let complaint = rules.complaint(&format!("thing v1.0.0|{licence}"));
            assert_eq!(complaint.is_none(), fine, "{licence}: {complaint:?}");
        }
    }

    #[test]
    fn places_and_names_are_looked_at() {
        let rules = rules();
        for (line, fine) in [
            ("serde_derive v1.0.0 (proc-macro)|MIT", true),
            ("serde_derive v1.0.0 (proc-macro)|MIT (*)", true),
            ("timetap v0.1.0 (/home/somebody/timetap)|MIT OR Apache-2.0", true),
            ("thing v1.0.0 (https://example.org/thing#1234)|MIT", false),
            ("thing v1.0.0 (registry `elsewhere`)|MIT", false),
            ("openssl v0.10.0|Apache-2.0", false),
        ] {
            assert_eq!(rules.complaint(line).is_none(), fine, "{line}");
        }
    }
}
