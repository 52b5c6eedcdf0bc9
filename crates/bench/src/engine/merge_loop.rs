//! What one would write by hand to answer one host's question once: sort the busy times, go through the days, and move
//! along both. Without reasons, without rules for rules that make no sense, without windows beyond midnight.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use timetap_core::slots::{HostCalendar, HostRules, Slot};
use timetap_core::span::Span;

/// The free slots; the same as the engine's for the hosts of this program.
pub fn free_slots(
    rules: &HostRules,
    calendar: &HostCalendar<'_>,
    duration: u16,
    range: Span,
    now: Timestamp,
) -> Vec<Slot> {
    let minutes = |n: u32| i64::from(n) * 60_000;
    // A slot must keep clear of a busy time by its buffers: the same as busy times that are longer by them.
    let mut busy: Vec<(i64, i64)> = calendar
        .claims
        .iter()
        .chain(calendar.external_busy)
        .map(|span| {
            (
                span.start.as_millisecond() - minutes(rules.buffer_after),
                span.end.as_millisecond() + minutes(rules.buffer_before),
            )
        })
        .collect();
    busy.sort_unstable();
    let earliest = (now.as_millisecond() + minutes(rules.minimum_notice)).max(range.start.as_millisecond());
    let latest = range.end.as_millisecond();
    let length = minutes(u32::from(duration));
    let step = minutes(u32::from(rules.slot_interval));
    let mut next_busy = 0;
    // Up to here something is known to be busy: of those passed already, the one that ends last.
    let mut taken_until = i64::MIN;
    let mut slots = Vec::new();
    let mut day = rules.zone.to_datetime(range.start).date();
    let last = rules.zone.to_datetime(range.end).date();
    while day <= last {
        for window in rules.weekly.iter().filter(|window| window.weekday == day.weekday()) {
            let (Some(opens), Some(closes)) = (
                instant(rules, day, window.start_minute),
                instant(rules, day, window.end_minute),
            ) else {
                continue;
            };
            let mut start = opens;
            while start + length <= closes {
                while let Some((_, until)) = busy.get(next_busy).filter(|(from, _)| *from < start + length) {
                    taken_until = taken_until.max(*until);
                    next_busy += 1;
                }
                if taken_until <= start && start >= earliest && start < latest {
                    slots.extend(slot(start, length));
                }
                start += step;
            }
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    slots
}

fn instant(rules: &HostRules, day: Date, minute: u16) -> Option<i64> {
    let hour = i8::try_from(minute / 60).ok()?;
    let at = day.at(hour, i8::try_from(minute % 60).ok()?, 0, 0);
    let at = rules.zone.to_ambiguous_timestamp(at).compatible().ok()?;
    Some(at.as_millisecond())
}

fn slot(start: i64, length: i64) -> Option<Slot> {
    let start = Timestamp::from_millisecond(start).ok()?;
    let end = start.checked_add(SignedDuration::from_millis(length)).ok()?;
    Some(Slot { start, end })
}
