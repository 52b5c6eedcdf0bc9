//! The open hours of any day, as minutes of its wall clock, overlapping windows made one.

use std::borrow::Cow;

use jiff::civil::{Date, Weekday};

use super::rules::{HostRules, MAX_WINDOW_END};

/// From–to in minutes after a day's midnight.
pub(super) type Minutes = (u16, u16);

/// The rules' hours, merged once and ready to be asked for many days.
pub(super) struct Hours<'a> {
    rules: &'a HostRules,
    /// By weekday, Monday first.
    weekly: [Vec<Minutes>; 7],
}

impl<'a> Hours<'a> {
    pub(super) fn new(rules: &'a HostRules) -> Self {
        let of = |day: Weekday| {
            merge(
                rules
                    .weekly
                    .iter()
                    .filter(|w| w.weekday == day)
                    .map(|w| (w.start_minute, w.end_minute)),
            )
        };
        let weekly = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ]
        .map(of);
        Self { rules, weekly }
    }

    /// The windows that start on this day, which is day `number` since 1 January 1970, in order, apart from each other.
    pub(super) fn on(&self, day: Date, number: i64) -> Cow<'_, [Minutes]> {
        if let Some(windows) = self.rules.overrides.get(&day) {
            return Cow::Owned(merge(windows.iter().map(|w| (w.start_minute, w.end_minute))));
        }
        // That day was a Thursday.
        let index = usize::try_from((number + 3).rem_euclid(7)).unwrap_or_default();
        Cow::Borrowed(&self.weekly[index])
    }
}

fn merge(windows: impl Iterator<Item = Minutes>) -> Vec<Minutes> {
    let mut windows: Vec<Minutes> = windows
        .map(|(start, end)| (start, end.min(MAX_WINDOW_END)))
        .filter(|(start, end)| *start < 1440 && start < end)
        .collect();
    windows.sort_unstable();
    let mut merged: Vec<Minutes> = Vec::with_capacity(windows.len());
    for (start, end) in windows {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_touching_and_nonsensical_windows() {
        let merged = merge(
            [
                (600, 720),
                (540, 600),
                (700, 710),
                (1440, 1500),
                (800, 800),
                (900, 850),
                (1400, 9000),
            ]
            .into_iter(),
        );
        assert_eq!(merged, [(540, 720), (1400, 2880)]);
    }
}
