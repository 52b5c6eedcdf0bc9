//! Every start time that the host's hours and grid make, before anybody asks whether it is free.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::hours::Hours;
use super::rules::HostRules;
use super::wall::{Quiet, Wall, resolve};

/// One start time of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// When it starts; for a time that the clocks skip, when it would have been had they not moved.
    pub(super) start: Timestamp,
    /// When the open hours around it end.
    pub(super) closes: Timestamp,
    /// Whether the wall clock never shows this time.
    pub(super) skipped: bool,
}

/// A window of open hours, as instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) opens: Timestamp,
    pub(super) closes: Timestamp,
}

/// How many days before an instant's own a window may start whose grid reaches it. Windows reach into the next day;
/// whole days that a zone skipped or lived twice take the rest.
pub(super) const DAYS_BEFORE: i32 = 3;
/// How many days after it, as a day lived twice shows the next date early.
pub(super) const DAYS_AFTER: i32 = 2;

/// `day` moved by `days`, held within representable time.
pub(super) fn shift_day(day: Date, days: i32) -> Date {
    day.saturating_add(jiff::Span::new().days(days))
}

/// The grid of all windows that start from `first` to `last`, by start time, each start time once.
pub(super) fn candidates(rules: &HostRules, first: Date, last: Date) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut quiet = Quiet::unknown();
    each_window(rules, first, last, |day, (start, end), opening| {
        let step = rules.interval();
        let minutes = (start..end).step_by(usize::from(step));
        if quiet.holds(&rules.zone, opening.opens, opening.closes) && whole(opening, start, end) {
            let shown = minutes.filter_map(|minute| {
                opening
                    .opens
                    .checked_add(SignedDuration::from_mins(i64::from(minute - start)))
                    .ok()
            });
            found.extend(shown.map(|start| Candidate {
                start,
                closes: opening.closes,
                skipped: false,
            }));
            return;
        }
        for minute in minutes {
            let (start, skipped) = match resolve(&rules.zone, day, minute) {
                Some(Wall::Shown(at)) => (at, false),
                Some(Wall::Skipped { unmoved, .. }) => (unmoved, true),
                None => continue,
            };
            found.push(Candidate {
                start,
                closes: opening.closes,
                skipped,
            });
        }
    });
    // Of one instant the real time comes first, and of those the one whose hours end last: windows of two days can
    // overlap, and what either of them allows is open.
    found.sort_unstable_by(|a, b| {
        (a.start, a.skipped, std::cmp::Reverse(a.closes)).cmp(&(b.start, b.skipped, std::cmp::Reverse(b.closes)))
    });
    found.dedup_by_key(|candidate| candidate.start);
    found
}

/// The windows that start from `first` to `last`, as instants.
pub(super) fn openings(rules: &HostRules, first: Date, last: Date) -> Vec<Opening> {
    let mut found = Vec::new();
    each_window(rules, first, last, |_, _, opening| found.push(opening));
    found
}

fn each_window(rules: &HostRules, first: Date, last: Date, mut visit: impl FnMut(Date, (u16, u16), Opening)) {
    let hours = Hours::new(rules);
    let mut day = first;
    while day <= last {
        for (start, end) in hours.on(day) {
            let (Some(opens), Some(closes)) = (resolve(&rules.zone, day, start), resolve(&rules.zone, day, end)) else {
                continue;
            };
            visit(
                day,
                (start, end),
                Opening {
                    opens: opens.reached(),
                    closes: closes.reached(),
                },
            );
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
}

/// Whether the window lasts as long as its wall times say, so that its grid can be counted off in elapsed time.
fn whole(opening: Opening, start: u16, end: u16) -> bool {
    opening.closes.duration_since(opening.opens) == SignedDuration::from_mins(i64::from(end - start))
}
