//! Counts of tests, read from what the runners print at their end.

use std::{fmt, ops::AddAssign};

/// How many passed, failed, and were skipped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// nextest: "Summary [   1.2s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 5 skipped".
///
/// Its skipped tests are left out: the number counts those that a filter gave to another stage as well.
pub fn read_nextest(output: &str) -> Option<Tally> {
    let output = without_colours(output);
    let line = output
        .lines()
        .rfind(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, counts) = line.split_once(" run: ")?;
    let mut tally = Tally::default();
    for part in without_brackets(counts).split(',') {
        let (count, what) = leading_count(part)?;
        match what {
            "passed" => tally.passed += count,
            "skipped" => {}
            // failed, timed out, exec failed …: whatever did not pass.
            _ => tally.failed += count,
        }
    }
    Some(tally)
}

/// libtest, once per test program: "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out".
pub fn read_libtest(output: &str) -> Option<Tally> {
    let output = without_colours(output);
    let mut total = None;
    for line in output.lines().filter(|line| line.starts_with("test result: ")) {
        let (_, counts) = line.split_once(". ")?;
        let tally = total.get_or_insert_with(Tally::default);
        for (count, what) in counts.split(';').filter_map(leading_count) {
            match what {
                "passed" => tally.passed += count,
                "failed" => tally.failed += count,
                "ignored" => tally.skipped += count,
                _ => {}
            }
        }
    }
    total
}

/// Playwright's list reporter, at the end: lines of "1 failed", "2 skipped", "3 did not run", "14 passed (8.2s)".
pub fn read_playwright(output: &str) -> Option<Tally> {
    let output = without_colours(output);
    // The last line of a kind counts: a test can print such a line too, but Playwright has the last word.
    let last = |wanted: &[&str]| {
        let found = |word: &str| {
            let mut counts = output.lines().filter_map(|line| {
                let (count, what) = leading_count(line)?;
                // The time stands behind the last of these lines.
                (what.split(" (").next() == Some(word)).then_some(count)
            });
            counts.next_back()
        };
        wanted
            .iter()
            .filter_map(|word| found(word))
            .reduce(|sum, count| sum + count)
    };
    let passed = last(&["passed"]);
    // A flaky test failed once; nothing here may need a second try.
    let errors = [
        "error was not a part of any test, see above for details",
        "errors were not a part of any test, see above for details",
    ];
    let failed = last(&["failed", "flaky", "interrupted", "timed out", errors[0], errors[1]]);
    let skipped = last(&["skipped", "did not run"]);
    passed.or(failed).or(skipped)?;
    Some(Tally {
        passed: passed.unwrap_or(0),
        failed: failed.unwrap_or(0),
        skipped: skipped.unwrap_or(0),
    })
}

/// "12 passed" → (12, "passed").
fn leading_count(text: &str) -> Option<(u64, &str)> {
    let (count, what) = text.trim().split_once(' ')?;
    Some((count.parse().ok()?, what.trim()))
}

/// Without "(…)"; brackets do not nest in what the runners print.
fn without_brackets(text: &str) -> String {
    let mut inside = false;
    let outside = text.chars().filter(|letter| {
        inside = (inside || *letter == '(') && *letter != ')';
        !inside && *letter != ')'
    });
    outside.collect()
}

/// Without the terminal's colour sequences: ESC, "[", parameters, and a letter.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Tally {
        Tally {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn reads_nextest() {
        let green =
            "        PASS [   0.004s] core tests::a\n     Summary [   0.012s] 9 tests run: 9 passed, 5 skipped\n";
        assert_eq!(read_nextest(green), Some(tally(9, 0, 0)));
        let red = "Summary [  61.1s] 12/14 tests run: 9 passed (1 slow, 2 leaky), 1 failed, 1 timed out, 1 exec failed, 3 skipped";
        assert_eq!(read_nextest(red), Some(tally(9, 3, 0)));
        assert_eq!(
            read_nextest("     Summary [   0.000s] 0 tests run: 0 passed, 0 skipped"),
            Some(tally(0, 0, 0))
        );
        assert_eq!(read_nextest("error: could not compile `timetap`"), None);
    }

    #[test]
    fn reads_nextest_in_colour() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.012s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \
                    \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m1\u{1b}[0m \u{1b}[33;1mskipped\u{1b}[0m";
        // The heading is coloured with its indentation, so the plain line starts with spaces.
        assert_eq!(read_nextest(line), Some(tally(2, 0, 0)));
    }

    #[test]
    fn adds_up_libtest() {
        let output = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s\n\
                      test result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        assert_eq!(read_libtest(output), Some(tally(7, 4, 1)));
        assert_eq!(read_libtest("error: no library targets found"), None);
    }

    #[test]
    fn reads_playwright() {
        let green = "Running 3 tests using 1 worker\n\n  ✓  1 [desktop] › smoke.spec.ts:5:1 › answers (12ms)\n\n  3 passed (2.1s)\n";
        assert_eq!(read_playwright(green), Some(tally(3, 0, 0)));
        let red = "  2 failed\n    [phone] › a.spec.ts:1:1 › books ────\n  1 flaky\n    [phone] › b.spec.ts:1:1 › c\n  \
                   1 interrupted\n  4 skipped\n  5 did not run\n  14 passed (1.3m)\n";
        assert_eq!(read_playwright(red), Some(tally(14, 4, 9)));
    }

    #[test]
    fn an_error_outside_the_tests_counts_as_failed() {
        let output = "  1 error was not a part of any test, see above for details\n  2 passed (1.0s)\n";
        assert_eq!(read_playwright(output), Some(tally(2, 1, 0)));
    }

    #[test]
    fn playwright_has_the_last_word() {
        let output = "the page says\n  70 failed\n  1 failed\n    [desktop] › a.spec.ts:1:1 › b\n  2 passed (3s)\n";
        assert_eq!(read_playwright(output), Some(tally(2, 1, 0)));
        assert_eq!(read_playwright("Error: Cannot find module"), None);
    }

    #[test]
    fn prints_the_line_that_build_servers_read() {
        assert_eq!(
            Tally {
                passed: 12,
                failed: 0,
                skipped: 3
            }
            .to_string(),
            "12 passed, 0 failed, 3 skipped"
        );
    }
}
