//! A time zone in a calendar file (RFC 5545 3.6.5): the changes of its clocks that matter to what is in the file.

use jiff::tz::{Offset, TimeZone, TimeZoneTransition};
use jiff::{SignedDuration, Timestamp};

use super::content_line::{Lines, local_basic};

/// The zone's name for the file, where times in it are written by the zone's clocks.
pub(super) fn zone_id(zone: &TimeZone) -> Option<&str> {
    zone.iana_name().filter(|name| *name != "UTC")
}

/// Writes the zone from the change before `from` to the last one before `until`.
pub(super) fn write_zone(lines: &mut Lines, zone: &TimeZone, from: Timestamp, until: Timestamp) {
    let Some(name) = zone_id(zone) else { return };
    lines.plain("BEGIN", "VTIMEZONE");
    lines.text("TZID", name);
    let before = zone.preceding(from).next();
    if before.is_none() {
        // Its clocks were never changed before: one offset from the beginning.
        let offset = zone.to_offset(from);
        write_change(lines, "STANDARD", "19700101T000000", (offset, offset));
    }
    let after = zone.following(from).take_while(|change| change.timestamp() < until);
    for change in before.into_iter().chain(after) {
        write_transition(lines, zone, &change);
    }
    lines.plain("END", "VTIMEZONE");
}

fn write_transition(lines: &mut Lines, zone: &TimeZone, change: &TimeZoneTransition<'_>) {
    let at = change.timestamp();
    let old = zone.to_offset(at.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(at));
    let kind = if change.dst().is_dst() { "DAYLIGHT" } else { "STANDARD" };
    // The change by the clocks as they were.
    write_change(lines, kind, &local_basic(old.to_datetime(at)), (old, change.offset()));
}

fn write_change(lines: &mut Lines, kind: &str, at: &str, (from, to): (Offset, Offset)) {
    lines.plain("BEGIN", kind);
    lines.plain("DTSTART", at);
    lines.plain("TZOFFSETFROM", &offset_basic(from));
    lines.plain("TZOFFSETTO", &offset_basic(to));
    lines.plain("END", kind);
}

/// `+0100`, with seconds where there are any (3.3.14).
fn offset_basic(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        rest => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}
