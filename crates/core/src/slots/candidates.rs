//! Every start time that the host's hours and grid make, before anybody asks whether it is free.

use std::cmp::Reverse;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;

use super::hours::{Hours, Minutes};
use super::rules::HostRules;
use super::wall::{Second, Wall, WallClock, number_of};
use crate::span::Span;

/// One start time of the grid. All of them lie on whole seconds, as all that zones do to clocks does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// When it starts; for a time that the clocks skip, when it would have been had they not moved.
    pub(super) start: Second,
    /// When the open hours around it end.
    pub(super) closes: Second,
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

/// The whole seconds within a range, for starts of the grid.
pub(super) fn whole_seconds(range: Span) -> Range<Second> {
    first_whole_second(range.start)..first_whole_second(range.end)
}

/// The first whole second that is not before `at`.
pub(super) fn first_whole_second(at: Timestamp) -> Second {
    at.as_second() + Second::from(at.subsec_nanosecond() > 0)
}

/// The grid of all windows that start from `first` to `last`, by start time, each start time once; of it, what lies in
/// `wanted`.
pub(super) fn candidates(
    rules: &HostRules,
    clock: &WallClock<'_>,
    first: Date,
    last: Date,
    wanted: &Range<Second>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut in_order = true;
    let step = rules.interval();
    each_window(rules, clock, first, last, |day, number, (start, end), opening| {
        let (opens, closes) = (opening.opens.as_second(), opening.closes.as_second());
        // By the wall clock, where it is not moved inside: then the grid can be counted off in elapsed time.
        let unmoved = closes - opens == i64::from(end - start) * 60 && closes <= clock.moved_next(opens);
        let before = found.len();
        if unmoved {
            if closes <= wanted.start || wanted.end <= opens {
                return;
            }
            let starts = (opens..closes).step_by(usize::from(step) * 60);
            found.extend(starts.filter(|start| wanted.contains(start)).map(|start| Candidate {
                start,
                closes,
                skipped: false,
            }));
        } else {
            for minute in (start..end).step_by(usize::from(step)) {
                let (start, skipped) = match clock.resolve(day, number, minute) {
                    Some(Wall::Shown(at)) => (at.as_second(), false),
                    Some(Wall::Skipped { unmoved, .. }) => (unmoved.as_second(), true),
                    None => continue,
                };
                if wanted.contains(&start) {
                    found.push(Candidate { start, closes, skipped });
                }
            }
            in_order = false;
        }
        in_order &= before == 0
            || found
                .get(before)
                .is_none_or(|next| found[before - 1].start < next.start);
    });
    if !in_order {
        // Of one instant the real time comes first, and of those the one whose hours end last: windows of two days can
        // overlap, and what either of them allows is open.
        found.sort_unstable_by_key(|candidate| (candidate.start, candidate.skipped, Reverse(candidate.closes)));
        found.dedup_by_key(|candidate| candidate.start);
    }
    found
}

/// The windows that start from `first` to `last`, as instants.
pub(super) fn openings(rules: &HostRules, clock: &WallClock<'_>, first: Date, last: Date) -> Vec<Opening> {
    let mut found = Vec::new();
    each_window(rules, clock, first, last, |_, _, _, opening| found.push(opening));
    found
}

/// Visits the windows by their day, its number and their minutes.
fn each_window(
    rules: &HostRules,
    clock: &WallClock<'_>,
    first: Date,
    last: Date,
    mut visit: impl FnMut(Date, i64, Minutes, Opening),
) {
    let hours = Hours::new(rules);
    let mut day = first;
    let mut number = number_of(first);
    while day <= last {
        for (start, end) in hours.on(day, number).iter().copied() {
            let (Some(opens), Some(closes)) = (clock.resolve(day, number, start), clock.resolve(day, number, end))
            else {
                continue;
            };
            let opening = Opening {
                opens: opens.reached(),
                closes: closes.reached(),
            };
            visit(day, number, (start, end), opening);
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        number += 1;
    }
}
