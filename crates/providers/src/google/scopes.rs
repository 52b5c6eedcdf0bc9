//! What `TimeTap` asks of a host's Google account, and whether the answer is enough. Google lets people untick single
//! scopes on the consent page, so the scopes of the token answer must be read, not assumed.

/// Read and write events.
pub const CALENDAR_EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
/// Ask when calendars are busy; `calendar.events` does not allow that.
pub const CALENDAR_FREEBUSY: &str = "https://www.googleapis.com/auth/calendar.freebusy";
/// List the host's calendars; `calendar.events` does not allow that either.
pub const CALENDAR_LIST_READONLY: &str = "https://www.googleapis.com/auth/calendar.calendarlist.readonly";
/// A stable id of the account.
pub const OPENID: &str = "openid";
/// The account's e-mail address, to show which account is connected.
pub const EMAIL: &str = "email";

const CALENDAR: &str = "https://www.googleapis.com/auth/calendar";
const CALENDAR_READONLY: &str = "https://www.googleapis.com/auth/calendar.readonly";
const CALENDAR_LIST: &str = "https://www.googleapis.com/auth/calendar.calendarlist";
const CALENDAR_EVENTS_FREEBUSY: &str = "https://www.googleapis.com/auth/calendar.events.freebusy";

/// Each scope that the calendar needs, with those that include it.
const NEEDED: [(&str, &[&str]); 3] = [
    (CALENDAR_EVENTS, &[CALENDAR_EVENTS, CALENDAR]),
    (
        CALENDAR_FREEBUSY,
        &[CALENDAR_FREEBUSY, CALENDAR_EVENTS_FREEBUSY, CALENDAR_READONLY, CALENDAR],
    ),
    (
        CALENDAR_LIST_READONLY,
        &[CALENDAR_LIST_READONLY, CALENDAR_LIST, CALENDAR_READONLY, CALENDAR],
    ),
];

/// The scopes that the consent page asks for.
pub fn requested() -> [&'static str; 5] {
    [
        OPENID,
        EMAIL,
        CALENDAR_EVENTS,
        CALENDAR_FREEBUSY,
        CALENDAR_LIST_READONLY,
    ]
}

/// The needed scopes that `granted` (space-separated, as in a token answer) does not cover. Empty means: all is there.
pub fn missing(granted: &str) -> Vec<&'static str> {
    let granted: Vec<&str> = granted.split_ascii_whitespace().collect();
    NEEDED
        .iter()
        .filter(|(_, enough)| !enough.iter().any(|scope| granted.contains(scope)))
        .map(|(needed, _)| *needed)
        .collect()
}

/// What a host loses without `scope`, to say which box to tick again.
pub fn describe(scope: &str) -> &'static str {
    match scope {
        CALENDAR_EVENTS => "add bookings to your calendar",
        CALENDAR_FREEBUSY => "see when you are busy",
        CALENDAR_LIST_READONLY => "show the list of your calendars",
        EMAIL | OPENID => "show which account is connected",
        _ => "use your calendar",
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn what_is_requested_is_enough() {
        assert!(missing(&requested().join(" ")).is_empty());
    }

    #[rstest]
    #[case("", &[CALENDAR_EVENTS, CALENDAR_FREEBUSY, CALENDAR_LIST_READONLY])]
    #[case("openid email", &[CALENDAR_EVENTS, CALENDAR_FREEBUSY, CALENDAR_LIST_READONLY])]
    #[case("https://www.googleapis.com/auth/calendar", &[])]
    #[case("https://www.googleapis.com/auth/calendar.readonly", &[CALENDAR_EVENTS])]
    #[case("https://www.googleapis.com/auth/calendar.events", &[CALENDAR_FREEBUSY, CALENDAR_LIST_READONLY])]
    #[case("https://www.googleapis.com/auth/calendar.events  https://www.googleapis.com/auth/calendar.freebusy", &[CALENDAR_LIST_READONLY])]
    // Reading events is not writing them, and a look-alike is not the scope.
    #[case("https://www.googleapis.com/auth/calendar.events.readonly", &[CALENDAR_EVENTS, CALENDAR_FREEBUSY, CALENDAR_LIST_READONLY])]
    #[case("https://evil.test/https://www.googleapis.com/auth/calendar", &[CALENDAR_EVENTS, CALENDAR_FREEBUSY, CALENDAR_LIST_READONLY])]
    fn names_what_is_missing(#[case] granted: &str, #[case] expected: &[&str]) {
        assert_eq!(missing(granted), expected);
    }
}
