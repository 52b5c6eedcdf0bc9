//! The table of who gets what, as text: a route, then for every kind of answer the people who get it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What everybody gets at one route: the answer, and who gets it.
pub type Row = BTreeMap<String, BTreeSet<String>>;
/// All routes.
pub type Table = BTreeMap<String, Row>;

/// Reads the text; lines that begin with `#` are for people.
pub fn read(text: &str) -> Table {
    let mut table = Table::new();
    let mut route = String::new();
    for line in text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
    {
        if let Some(answer) = line.strip_prefix("    ") {
            let (answer, people) = answer.split_once(' ').unwrap();
            let people = people.split(',').map(|name| name.trim().to_owned()).collect();
            table.get_mut(&route).unwrap().insert(answer.to_owned(), people);
        } else {
            line.clone_into(&mut route);
            assert!(
                table.insert(route.clone(), Row::new()).is_none(),
                "{route} stands there twice"
            );
        }
    }
    table
}

/// One route as it would stand in the text, people in the order of `everybody`.
pub fn write(route: &str, row: &Row, everybody: &[&str]) -> String {
    let mut text = format!("{route}\n");
    for (answer, people) in row {
        let people: Vec<&str> = everybody
            .iter()
            .copied()
            .filter(|name| people.contains(*name))
            .collect();
        writeln!(text, "    {answer} {}", people.join(", ")).unwrap();
    }
    text
}
