//! Times of day in forms: `09:00`, as minutes after midnight.

use timetap_core::text::FieldError;

/// Reads `9:00`, `09:00` or `09:00:00`. `24:00` is midnight at the day's end, 1440.
pub(super) fn parse_clock_time(text: &str) -> Result<u16, FieldError> {
    let bad = || FieldError::new("Please enter a time such as 09:00 or 17:30.");
    let mut parts = text.trim().split(':');
    let (Some(hours), Some(minutes), seconds, None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(bad());
    };
    let number = |digits: &str, lengths: std::ops::RangeInclusive<usize>| {
        let fits = lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| digits.parse::<u16>().ok()).flatten()
    };
    let (Some(hours), Some(minutes)) = (number(hours, 1..=2), number(minutes, 2..=2)) else {
        return Err(bad());
    };
    // Some browsers send the seconds too.
    if seconds.is_some_and(|seconds| seconds != "00") || minutes > 59 || hours * 60 + minutes > 1440 {
        return Err(bad());
    }
    Ok(hours * 60 + minutes)
}

/// `09:00`; minutes of the next day as the clock shows them then, so that 1440 is `00:00` and 1500 is `01:00`.
pub fn format_clock_time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("09:00", 540)]
    #[case("9:05", 545)]
    #[case(" 23:59 ", 1439)]
    #[case("00:00", 0)]
    #[case("24:00", 1440)]
    #[case("09:00:00", 540)]
    fn reads_times(#[case] text: &str, #[case] minute: u16) {
        assert_eq!(parse_clock_time(text).unwrap(), minute);
    }

    #[rstest]
    #[case("")]
    #[case("9")]
    #[case("24:01")]
    #[case("99:00")]
    #[case("12:60")]
    #[case("12:5")]
    #[case("-1:00")]
    #[case("+9:00")]
    #[case("09:00:30")]
    #[case("09:00:00:00")]
    #[case("٠٩:٠٠")]
    fn refuses_the_rest(#[case] text: &str) {
        assert_eq!(
            parse_clock_time(text).unwrap_err().message,
            "Please enter a time such as 09:00 or 17:30."
        );
    }

    #[test]
    fn shows_the_next_day_as_its_clock_does() {
        assert_eq!(format_clock_time(540), "09:00");
        assert_eq!(format_clock_time(1440), "00:00");
        assert_eq!(format_clock_time(1560), "02:00");
    }
}
