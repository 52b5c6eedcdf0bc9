//! The report as people and as machines read it.

use std::fmt::Write;

use serde::Serialize;

use super::finding::{Finding, Report, Status};

/// Longer lines are broken.
const WIDTH: usize = 100;
/// Where sentences begin.
const INDENT: usize = 11;

#[derive(Serialize)]
struct Document<'a> {
    timetap: &'static str,
    status: Status,
    ok: usize,
    warnings: usize,
    errors: usize,
    skipped: usize,
    findings: &'a [Finding],
}

/// As JSON; the names are stable.
pub fn to_json(report: &Report) -> String {
    let document = Document {
        timetap: env!("CARGO_PKG_VERSION"),
        status: report.status(),
        ok: report.count(Status::Ok),
        warnings: report.count(Status::Warning),
        errors: report.count(Status::Error),
        skipped: report.count(Status::Skipped),
        findings: report.findings(),
    };
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

/// For people: by groups, the same with and without colours.
pub fn to_text(report: &Report, colours: bool) -> String {
    let mut text = format!("TimeTap {}\n", env!("CARGO_PKG_VERSION"));
    let mut group = None;
    for finding in report.findings() {
        if group != Some(finding.group) {
            group = Some(finding.group);
            let title = paint(finding.group.title(), "1", colours);
            let _ = write!(text, "\n{title}\n");
        }
        let (word, colour) = match finding.status {
            Status::Ok => ("ok", "32"),
            Status::Skipped => ("skipped", "2"),
            Status::Warning => ("warning", "33"),
            Status::Error => ("ERROR", "31"),
        };
        let padding = " ".repeat(INDENT - 2 - word.len());
        let _ = write!(text, "  {}{padding}", paint(word, colour, colours));
        wrap(&mut text, &finding.message, INDENT);
        if let Some(fix) = &finding.fix {
            let _ = write!(text, "{}→ ", " ".repeat(INDENT));
            wrap(&mut text, fix, INDENT + 2);
        }
    }
    let _ = write!(text, "\n{}\n", summary(report));
    text
}

fn summary(report: &Report) -> String {
    let several = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {many}")),
    };
    let parts: Vec<String> = [
        several(report.count(Status::Error), "error", "errors"),
        several(report.count(Status::Warning), "warning", "warnings"),
        several(report.count(Status::Skipped), "not looked at", "not looked at"),
        several(report.count(Status::Ok), "as it should be", "as they should be"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}.", parts.join(", "))
}

fn paint(text: &str, colour: &str, colours: bool) -> String {
    if colours {
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Appends `sentence` word by word; the line is at column `indent` already.
fn wrap(text: &mut String, sentence: &str, indent: usize) {
    let mut column = indent;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > WIDTH {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::super::finding::Group;
    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        report
            .group(Group::Configuration)
            .ok("settings", "The settings are sound.");
        report.group(Group::Mail).error(
            "connection",
            "The mail server cannot be reached.",
            "Look at smtp_host and smtp_port.",
        );
        report
    }

    #[test]
    fn reads_well_without_colours_and_says_the_same_with_them() {
        let plain = to_text(&report(), false);
        assert!(
            plain.contains("\nConfiguration\n  ok       The settings are sound.\n"),
            "{plain}"
        );
        assert!(
            plain.contains("  ERROR    The mail server cannot be reached.\n           → Look at smtp_host"),
            "{plain}"
        );
        assert!(plain.ends_with("\n1 error, 1 as it should be.\n"), "{plain}");
        let coloured = to_text(&report(), true);
        let stripped = ["1", "32", "31", "0"].iter().fold(coloured.clone(), |text, code| {
            text.replace(&format!("\u{1b}[{code}m"), "")
        });
        assert_ne!(coloured, plain);
        assert_eq!(stripped, plain);
    }

    #[test]
    fn long_sentences_are_broken_under_their_beginning() {
        let mut report = Report::default();
        report.group(Group::Queue).ok("queue", "word ".repeat(60));
        let plain = to_text(&report, false);
        assert!(plain.lines().all(|line| line.chars().count() <= WIDTH), "{plain}");
        assert!(plain.contains("\n           word"), "{plain}");
    }

    #[test]
    fn machines_get_stable_names() {
        let json: serde_json::Value = serde_json::from_str(&to_json(&report())).unwrap();
        assert_eq!(json["status"], "error");
        assert_eq!((&json["errors"], &json["warnings"]), (&1.into(), &0.into()));
        let finding = &json["findings"][1];
        assert_eq!(finding["group"], "mail");
        assert_eq!(finding["check"], "connection");
        assert_eq!(finding["status"], "error");
        assert_eq!(finding["fix"], "Look at smtp_host and smtp_port.");
        assert!(json["findings"][0]["fix"].is_null());
    }
}
