//! How long ago something was, in words; the exact instant stands beside it for those who want it.

use jiff::{SignedDuration, Timestamp};

/// "just now", "4 minutes ago", "3 hours ago", "yesterday", "12 days ago". What lies ahead is "just now": clocks differ.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let past = now.duration_since(at).max(SignedDuration::ZERO);
    let count = |number: i64, unit: &str| {
        if number == 1 {
            format!("1 {unit} ago")
        } else {
            format!("{number} {unit}s ago")
        }
    };
    match past.as_secs() {
        0..60 => "just now".to_owned(),
        seconds @ 60..3600 => count(seconds / 60, "minute"),
        seconds @ 3600..86_400 => count(seconds / 3600, "hour"),
        86_400..172_800 => "yesterday".to_owned(),
        seconds => count(seconds / 86_400, "day"),
    }
}

/// The exact instant, for a tooltip: "2026-11-20 10:04 UTC".
pub fn exactly(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_and_its_edges() {
        let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let said = |seconds: i64| ago(now - SignedDuration::from_secs(seconds), now);
        assert_eq!(said(-30), "just now");
        assert_eq!(said(59), "just now");
        assert_eq!(said(60), "1 minute ago");
        assert_eq!(said(3599), "59 minutes ago");
        assert_eq!(said(3600), "1 hour ago");
        assert_eq!(said(86_399), "23 hours ago");
        assert_eq!(said(86_400), "yesterday");
        assert_eq!(said(172_800), "2 days ago");
        assert_eq!(exactly(now), "2026-11-20 10:00 UTC");
    }
}
