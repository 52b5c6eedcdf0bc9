//! What a stage measured: figures, each with the floor that it must keep, as a table and as JSON.

use crate::failure::Failure;

/// What a figure must keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Floor {
    /// Not more than this.
    AtMost(f64),
    /// Not less than this.
    AtLeast(f64),
    /// Nothing: it is measured to be looked at.
    None,
}

impl Floor {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
            Self::None => true,
        }
    }
}

#[derive(Debug)]
struct Row {
    name: String,
    floor: Floor,
    value: f64,
    unit: String,
}

impl Row {
    fn passed(&self) -> bool {
        // Not even a figure that is none may pass.
        self.value.is_finite() && self.floor.holds(self.value)
    }
}

/// The figures of a stage, in the order in which they were measured.
#[derive(Debug)]
pub struct Rows {
    rows: Vec<Row>,
    broken: bool,
}

impl Rows {
    /// Nothing measured yet.
    pub fn new() -> Self {
        Self {
            rows: Vec::new(),
            broken: false,
        }
    }

    /// One more figure.
    pub fn add(&mut self, name: impl Into<String>, floor: Floor, value: f64, unit: &str) {
        let name = name.into();
        println!("  {name}: {} {unit}", number(value));
        self.rows.push(Row {
            name,
            floor,
            value,
            unit: unit.to_owned(),
        });
    }

    /// Takes the figures from what a measuring program printed: lines of `figure`, the floor (`at most N`, `at least N`
    /// or `none`), the name, the value and the unit, with tabs in between. Its other lines are for people.
    pub fn read(&mut self, printed: &str) -> Result<(), Failure> {
        for line in printed.lines().filter(|line| line.starts_with("figure\t")) {
            let (name, floor, value, unit) = parse(line)
                .ok_or_else(|| Failure::new(format!("A measuring program printed a figure that is none: {line}")))?;
            self.add(name, floor, value, unit);
        }
        Ok(())
    }

    /// The stage did not come to its end.
    pub fn broke(&mut self) {
        self.broken = true;
    }

    /// How many floors were missed; a stage that broke missed one more.
    pub fn missed(&self) -> usize {
        self.rows.iter().filter(|row| !row.passed()).count() + usize::from(self.broken || self.rows.is_empty())
    }

    /// For the terminal.
    pub fn table(&self, stage: &str) -> String {
        let mut table = String::new();
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        for row in &self.rows {
            let floor = match row.floor {
                Floor::AtMost(most) => format!("≤ {}", number(most)),
                Floor::AtLeast(least) => format!("≥ {}", number(least)),
                Floor::None => String::new(),
            };
            let verdict = match (row.passed(), row.floor) {
                (false, _) => "MISSED",
                (true, Floor::None) => "",
                (true, _) => "ok",
            };
            let measured = format!("{} {}", number(row.value), row.unit);
            let name = format!("{:<width$}", row.name);
            let line = format!("{stage:<9} {name}  {floor:>10}  {measured:<16} {verdict}");
            table.push_str(line.trim_end());
            table.push('\n');
        }
        if self.broken || self.rows.is_empty() {
            table.extend([stage, " BROKEN: it did not come to its end\n"]);
        }
        table
    }

    /// For other programs.
    pub fn to_json(&self, stage: &str) -> String {
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let floor = match row.floor {
                    Floor::AtMost(most) => format!(r#"{{"at_most":{most}}}"#),
                    Floor::AtLeast(least) => format!(r#"{{"at_least":{least}}}"#),
                    Floor::None => "null".to_owned(),
                };
                let value = if row.value.is_finite() {
                    row.value.to_string()
                } else {
                    "null".to_owned()
                };
                format!(
                    r#"    {{"name":{},"floor":{floor},"value":{value},"unit":{},"passed":{}}}"#,
                    quoted(&row.name),
                    quoted(&row.unit),
                    row.passed()
                )
            })
            .collect();
        format!(
            "{{\n  \"stage\": {},\n  \"complete\": {},\n  \"rows\": [\n{}\n  ]\n}}\n",
            quoted(stage),
            !self.broken,
            rows.join(",\n")
        )
    }
}

fn parse(line: &str) -> Option<(&str, Floor, f64, &str)> {
    let [_, floor, name, value, unit] = line.split('\t').collect::<Vec<_>>()[..] else {
        return None;
    };
    let floor = match floor.rsplit_once(' ') {
        Some(("at most", most)) => Floor::AtMost(most.parse().ok()?),
        Some(("at least", least)) => Floor::AtLeast(least.parse().ok()?),
        None if floor == "none" => Floor::None,
        _ => return None,
    };
    Some((name, floor, value.parse().ok()?, unit))
}

/// Three figures that matter; large ones whole.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A JSON string (RFC 8259, section 7).
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\0'..='\u{1f}' => quoted.extend(format!("\\u{:04x}", u32::from(letter)).chars()),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::Floor::{AtLeast, AtMost};
    use super::*;

    #[test]
    fn a_floor_is_missed_on_its_side_only_and_never_met_by_what_is_no_number() {
        let mut rows = Rows::new();
        rows.add("a", AtMost(4.0), 4.0, "×");
        rows.add("b", AtLeast(0.4), 0.4, "×");
        rows.add("c", Floor::None, 1e9, "instructions");
        assert_eq!(rows.missed(), 0);
        rows.add("d", AtMost(4.0), 4.01, "×");
        rows.add("e", AtLeast(0.4), 0.39, "×");
        rows.add("f", AtMost(4.0), f64::NAN, "×");
        rows.add("g", Floor::None, f64::INFINITY, "×");
        assert_eq!(rows.missed(), 4);
    }

    #[test]
    fn a_stage_that_broke_or_measured_nothing_has_missed_something() {
        let mut rows = Rows::new();
        assert_eq!(rows.missed(), 1);
        rows.add("a", Floor::None, 1.0, "s");
        assert_eq!(rows.missed(), 0);
        rows.broke();
        assert_eq!(rows.missed(), 1);
        assert!(rows.table("engine").contains("BROKEN"));
        assert!(rows.to_json("engine").contains(r#""complete": false"#));
    }

    #[test]
    fn reads_what_programs_print() {
        let mut rows = Rows::new();
        let printed = "warming up\nfigure\tat most 20\tp99 by p50\t7.5\t×\nfigure\tnone\tin a second\t812\t/s\n";
        rows.read(printed).unwrap();
        rows.read("figure\tat least 0.4\tof raw inserts\t0.3\t×").unwrap();
        assert_eq!(rows.missed(), 1);
        let table = rows.table("bookings");
        assert!(
            table.contains("≤ 20.0") && table.contains("7.50 ×") && table.contains("ok"),
            "{table}"
        );
        assert!(table.lines().nth(2).unwrap().ends_with("MISSED"), "{table}");
        for bad in [
            "figure\tat most\tname\t1\t×",
            "figure\tnone\tname\tmany\t×",
            "figure\tnone\tname",
        ] {
            assert!(rows.read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn writes_json() {
        let mut rows = Rows::new();
        rows.add("a \"b\" \\ c\n", AtMost(4.0), 2.5, "×");
        rows.add("d", Floor::None, f64::NAN, "s");
        let expected = "{\n  \"stage\": \"engine\",\n  \"complete\": true,\n  \"rows\": [\n    \
            {\"name\":\"a \\\"b\\\" \\\\ c\\u000a\",\"floor\":{\"at_most\":4},\"value\":2.5,\"unit\":\"×\",\"passed\":true},\n    \
            {\"name\":\"d\",\"floor\":null,\"value\":null,\"unit\":\"s\",\"passed\":false}\n  ]\n}\n";
        assert_eq!(rows.to_json("engine"), expected);
    }
}
