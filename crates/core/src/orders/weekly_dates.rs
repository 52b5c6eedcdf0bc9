//! The dates of a weekly time.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// The dates on `weekday` from `first` on, up to and including `last` (where there is one) and `until`. At most a hundred
/// years of weeks, whatever is asked.
pub fn weekly_dates(weekday: Weekday, first: Date, last: Option<Date>, until: Date) -> Vec<Date> {
    let end = last.map_or(until, |last| last.min(until));
    let ahead = i64::from(weekday.since(first.weekday()));
    let mut dates = Vec::new();
    let Ok(mut day) = first.checked_add(ahead.days()) else {
        return dates;
    };
    while day <= end && dates.len() < 5_300 {
        dates.push(day);
        match day.checked_add(7.days()) {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn begins_on_or_after_the_first_day_and_ends_with_the_last() {
        let (first, until) = (date(2026, 11, 20), date(2027, 1, 1));
        let fridays = weekly_dates(Weekday::Friday, first, None, date(2026, 12, 5));
        assert_eq!(fridays, [first, date(2026, 11, 27), date(2026, 12, 4)]);
        let thursdays = weekly_dates(Weekday::Thursday, first, Some(date(2026, 12, 3)), until);
        assert_eq!(thursdays, [date(2026, 11, 26), date(2026, 12, 3)]);
        assert!(weekly_dates(Weekday::Monday, first, Some(date(2026, 11, 22)), until).is_empty());
    }

    #[test]
    fn never_endless() {
        assert!(weekly_dates(Weekday::Monday, Date::MIN, None, Date::MAX).len() <= 5_300);
        assert!(weekly_dates(Weekday::Monday, Date::MAX, None, Date::MAX).len() <= 1);
    }
}
