//! Times of day in forms: `09:00`, as minutes after midnight.

use timetap_core::text::FieldError;
use timetap_core::times::{format_minute_of_day, parse_minute_of_day};

/// Reads what a time field sends; some browsers add the seconds. `24:00` is midnight at the day's end.
pub(crate) fn read_clock_time(text: &str) -> Result<u16, FieldError> {
    let text = text.trim();
    let with_seconds = text.bytes().filter(|byte| *byte == b':').count() == 2;
    parse_minute_of_day(text.strip_suffix(":00").filter(|_| with_seconds).unwrap_or(text))
}

/// `09:00`; minutes of the next day as the clock shows them then, which is what a time field can hold: 1440 is `00:00`
/// and 1500 is `01:00`.
pub fn format_clock_time(minute: u16) -> String {
    format_minute_of_day(minute % 1440)
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
    #[case("26:00", 1560)]
    fn reads_times(#[case] text: &str, #[case] minute: u16) {
        assert_eq!(read_clock_time(text).unwrap(), minute);
    }

    #[rstest]
    #[case("")]
    #[case("9")]
    #[case("12:60")]
    #[case("12:5")]
    #[case("-1:00")]
    #[case("+9:00")]
    #[case("09:00:30")]
    #[case("09:00:00:00")]
    #[case("٠٩:٠٠")]
    fn refuses_the_rest(#[case] text: &str) {
        assert_eq!(
            read_clock_time(text).unwrap_err().message,
            "Please write the time as hours and minutes, such as “09:30”."
        );
    }

    #[test]
    fn shows_the_next_day_as_its_clock_does() {
        assert_eq!(format_clock_time(540), "09:00");
        assert_eq!(format_clock_time(1440), "00:00");
        assert_eq!(format_clock_time(1560), "02:00");
    }
}
