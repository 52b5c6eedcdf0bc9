//! The scopes the stand-in knows, in Google's canonical spelling, with the words of the consent page.

use std::collections::BTreeSet;

const CALENDAR: &str = "https://www.googleapis.com/auth/calendar";
const EMAIL: &str = "https://www.googleapis.com/auth/userinfo.email";
const PROFILE: &str = "https://www.googleapis.com/auth/userinfo.profile";

/// Identity scopes, which the user cannot untick.
const IDENTITY: [&str; 3] = ["openid", EMAIL, PROFILE];

/// Calendar scopes and what the consent page says about each.
const CALENDAR_SCOPES: [(&str, &str); 11] = [
    (CALENDAR, "See, edit, share and delete all the calendars you can access"),
    (
        "https://www.googleapis.com/auth/calendar.readonly",
        "See and download any calendar you can access",
    ),
    (
        "https://www.googleapis.com/auth/calendar.events",
        "View and edit events on all your calendars",
    ),
    (
        "https://www.googleapis.com/auth/calendar.events.readonly",
        "View events on all your calendars",
    ),
    (
        "https://www.googleapis.com/auth/calendar.events.owned",
        "View and edit events on calendars you own",
    ),
    (
        "https://www.googleapis.com/auth/calendar.freebusy",
        "View your availability in your calendars",
    ),
    (
        "https://www.googleapis.com/auth/calendar.events.freebusy",
        "See the availability on calendars you can access",
    ),
    (
        "https://www.googleapis.com/auth/calendar.calendarlist",
        "See and change the list of calendars you subscribe to",
    ),
    (
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "See the list of calendars you subscribe to",
    ),
    (
        "https://www.googleapis.com/auth/calendar.calendars.readonly",
        "See the title, description and zone of calendars",
    ),
    (
        "https://www.googleapis.com/auth/calendar.settings.readonly",
        "View your calendar settings",
    ),
];

/// A set of canonical scopes.
pub(crate) type Scopes = BTreeSet<String>;

/// Reads a space-separated list; the first unknown scope is the error.
pub(crate) fn parse(text: &str) -> Result<Scopes, String> {
    text.split_ascii_whitespace()
        .map(|scope| {
            let canonical = match scope {
                "email" => EMAIL,
                "profile" => PROFILE,
                other => other,
            };
            if is_identity(canonical) || CALENDAR_SCOPES.iter().any(|(known, _)| *known == canonical) {
                Ok(canonical.to_owned())
            } else {
                Err(scope.to_owned())
            }
        })
        .collect()
}

pub(crate) fn join(scopes: &Scopes) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

pub(crate) fn is_identity(scope: &str) -> bool {
    IDENTITY.contains(&scope)
}

/// What the consent page says about the scope.
pub(crate) fn describe(scope: &str) -> &'static str {
    match scope {
        "openid" => "Associate you with your personal info on Google",
        EMAIL => "See your primary Google Account email address",
        PROFILE => "See your personal info, including any you have made public",
        other => CALENDAR_SCOPES
            .iter()
            .find(|(known, _)| *known == other)
            .map_or("", |(_, words)| *words),
    }
}

pub(crate) fn shows_email(scopes: &Scopes) -> bool {
    scopes.contains(EMAIL)
}

pub(crate) fn shows_profile(scopes: &Scopes) -> bool {
    scopes.contains(PROFILE)
}

/// What a Calendar API method needs.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    CalendarList,
    Calendar,
    FreeBusy,
    ReadEvents,
    WriteEvents,
}

/// Whether one of the scopes is enough. Names after `calendar.`; the empty one is `calendar` itself.
pub(crate) fn allow(scopes: &Scopes, need: Need) -> bool {
    let enough: &[&str] = match need {
        Need::CalendarList => &["", ".readonly", ".calendarlist", ".calendarlist.readonly"],
        Need::Calendar => &["", ".readonly", ".calendars.readonly"],
        Need::FreeBusy => &["", ".readonly", ".freebusy", ".events.freebusy"],
        Need::ReadEvents => &["", ".readonly", ".events", ".events.readonly", ".events.owned"],
        Need::WriteEvents => &["", ".events", ".events.owned"],
    };
    enough
        .iter()
        .any(|suffix| scopes.contains(&format!("{CALENDAR}{suffix}")))
}
