//! Whose words stand in an answer: every owner's things carry a mark, and nobody may be told a mark of what they may not see,
//! in a page, in data, in a file or in a header, whatever the status says.

use std::collections::BTreeMap;
use std::fmt::Write;

use reqwest::Response;

use crate::table::Row;
use crate::world::{THEIR_MANAGER, mark_of};

/// Those whose things are looked for, and everybody who may ever be shown something of them. Where somebody is shown it is what
/// `shown.txt` says; that this goes beyond these lists is never right.
const OWNERS: [(&str, &[&str]); 8] = [
    ("guest", &["guest", "host", THEIR_MANAGER, "administrator"]),
    ("other guest", &["other guest", "host", THEIR_MANAGER, "administrator"]),
    ("customer", &["customer", "host", THEIR_MANAGER, "administrator"]),
    ("other customer", &["other customer", "other host", "administrator"]),
    ("host", &["host", THEIR_MANAGER, "administrator"]),
    ("other host", &["other host", "administrator"]),
    ("manager", &["manager", "administrator"]),
    (THEIR_MANAGER, &[THEIR_MANAGER, "administrator"]),
];

/// All that an answer says: its headers and its body, lines of calendar files put together again.
pub async fn read_all(answer: Response) -> String {
    let mut text = String::new();
    for (name, value) in answer.headers() {
        writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap();
    }
    text.push_str(&answer.text().await.unwrap().replace("\r\n ", ""));
    text
}

/// Notes in `row` whose marks the answer to `name` at `route` has. Those of somebody whose things `name` must not see are a
/// failure at once.
pub fn note_marks(row: &mut Row, route: &str, name: &str, said: &str) {
    for (owner, readers) in OWNERS {
        let mark = mark_of(owner);
        if let Some(place) = said.find(&mark) {
            assert!(
                readers.contains(&name),
                "{route} tells {name} something of the {owner}: …{}…",
                surroundings(said, place)
            );
            row.entry(mark).or_default().insert(name.to_owned());
        }
    }
}

fn surroundings(said: &str, place: usize) -> String {
    let around = |index: usize, character: char| index.abs_diff(place).lt(&120).then_some(character);
    said.char_indices()
        .filter_map(|(index, character)| around(index, character))
        .collect()
}

/// How often each mark was shown to somebody. A mark that nobody is ever shown was not planted.
pub fn count(shown: &BTreeMap<String, Row>) -> BTreeMap<String, usize> {
    let mut counted: BTreeMap<String, usize> = OWNERS.iter().map(|(owner, _)| (mark_of(owner), 0)).collect();
    for (mark, people) in shown.values().flatten() {
        *counted.entry(mark.clone()).or_default() += people.len();
    }
    counted
}
