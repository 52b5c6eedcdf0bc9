//! How much of a price goes back when an item is cancelled.

use jiff::{SignedDuration, Timestamp};

/// What goes back of `paid_minor` where an item that begins at `starts` is cancelled `now`: all of it until
/// `until_minutes` before the beginning, later `late_percent` of it, rounded down to whole minor units; nothing once it has
/// begun. Who is cancelled on, rather than cancelling, gets all back: that is not asked here.
pub fn refund_share(paid_minor: i64, starts: Timestamp, now: Timestamp, until_minutes: i64, late_percent: i64) -> i64 {
    if now >= starts {
        return 0;
    }
    let in_time = starts.duration_since(now) >= SignedDuration::from_mins(until_minutes);
    if in_time {
        paid_minor
    } else {
        let share = i128::from(paid_minor) * i128::from(late_percent.clamp(0, 100)) / 100;
        i64::try_from(share).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::in_time(-2 * 1440, 1440, 50, 999)]
    #[case::to_the_minute(-1440, 1440, 50, 999)]
    #[case::late(-1439, 1440, 50, 499)]
    #[case::late_and_strict(-10, 1440, 0, 0)]
    #[case::any_time(-1, 0, 0, 999)]
    #[case::begun(0, 0, 100, 0)]
    fn by_the_services_policy(#[case] minutes: i64, #[case] until: i64, #[case] percent: i64, #[case] back: i64) {
        let starts: Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        let now = starts + SignedDuration::from_mins(minutes);
        assert_eq!(refund_share(999, starts, now, until, percent), back);
    }
}
