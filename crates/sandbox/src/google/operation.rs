//! Tells which operation a request asks for, from its verb and path (and the grant type of a token request).

use http::Method;

use super::request::{Incoming, path_decode};

/// An operation of the stand-in Google.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    ShowConsent,
    DecideConsent,
    ExchangeCode,
    RefreshToken,
    UnknownGrant,
    Revoke,
    UserInfo,
    ListCalendars,
    GetCalendarEntry { calendar: String },
    GetCalendar { calendar: String },
    QueryFreeBusy,
    InsertEvent { calendar: String },
    ListEvents { calendar: String },
    GetEvent { calendar: String, event: String },
    PatchEvent { calendar: String, event: String },
    UpdateEvent { calendar: String, event: String },
    DeleteEvent { calendar: String, event: String },
    WatchEvents { calendar: String },
    StopChannel,
    Unknown,
}

impl Operation {
    /// The operation's short name: in faults, in the ledger.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ShowConsent | Self::DecideConsent => "authorize",
            Self::ExchangeCode | Self::UnknownGrant => "token",
            Self::RefreshToken => "refresh",
            Self::Revoke => "revoke",
            Self::UserInfo => "userinfo",
            Self::ListCalendars | Self::GetCalendarEntry { .. } => "calendarList",
            Self::GetCalendar { .. } => "calendar",
            Self::QueryFreeBusy => "freebusy",
            Self::InsertEvent { .. } => "insert",
            Self::ListEvents { .. } => "list",
            Self::GetEvent { .. } => "get",
            Self::PatchEvent { .. } => "patch",
            Self::UpdateEvent { .. } => "update",
            Self::DeleteEvent { .. } => "delete",
            Self::WatchEvents { .. } => "watch",
            Self::StopChannel => "stop",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is one of the Calendar API, whose errors come in the API envelope.
    pub(crate) fn is_calendar_api(&self) -> bool {
        !matches!(
            self,
            Self::ShowConsent
                | Self::DecideConsent
                | Self::ExchangeCode
                | Self::RefreshToken
                | Self::UnknownGrant
                | Self::Revoke
                | Self::UserInfo
        )
    }

    pub(crate) fn calendar(&self) -> Option<&str> {
        match self {
            Self::GetCalendarEntry { calendar }
            | Self::GetCalendar { calendar }
            | Self::InsertEvent { calendar }
            | Self::ListEvents { calendar }
            | Self::GetEvent { calendar, .. }
            | Self::PatchEvent { calendar, .. }
            | Self::UpdateEvent { calendar, .. }
            | Self::DeleteEvent { calendar, .. }
            | Self::WatchEvents { calendar } => Some(calendar),
            _ => None,
        }
    }

    pub(crate) fn event(&self) -> Option<&str> {
        match self {
            Self::GetEvent { event, .. }
            | Self::PatchEvent { event, .. }
            | Self::UpdateEvent { event, .. }
            | Self::DeleteEvent { event, .. } => Some(event),
            _ => None,
        }
    }

    /// Reads verb and path.
    pub(crate) fn of(incoming: &Incoming) -> Self {
        let path = incoming.path.as_str();
        if let Some(rest) = path.strip_prefix("/calendar/v3/") {
            return Self::of_calendar_path(&incoming.method, rest);
        }
        match (&incoming.method, path) {
            (&Method::GET, "/o/oauth2/v2/auth") => Self::ShowConsent,
            (&Method::POST, "/o/oauth2/v2/auth") => Self::DecideConsent,
            (&Method::POST, "/token") => match incoming.form().get("grant_type") {
                Some("authorization_code") => Self::ExchangeCode,
                Some("refresh_token") => Self::RefreshToken,
                _ => Self::UnknownGrant,
            },
            (&Method::POST, "/revoke") => Self::Revoke,
            (&(Method::GET | Method::POST), "/oauth2/v3/userinfo") => Self::UserInfo,
            _ => Self::Unknown,
        }
    }

    fn of_calendar_path(method: &Method, rest: &str) -> Self {
        let parts: Vec<_> = rest.split('/').map(path_decode).collect();
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        let owned = str::to_owned;
        match (method.as_str(), parts.as_slice()) {
            ("GET", ["users", "me", "calendarList"]) => Self::ListCalendars,
            ("GET", ["users", "me", "calendarList", calendar]) => Self::GetCalendarEntry {
                calendar: owned(calendar),
            },
            ("GET", ["calendars", calendar]) => Self::GetCalendar {
                calendar: owned(calendar),
            },
            ("POST", ["freeBusy"]) => Self::QueryFreeBusy,
            ("POST", ["channels", "stop"]) => Self::StopChannel,
            ("POST", ["calendars", calendar, "events"]) => Self::InsertEvent {
                calendar: owned(calendar),
            },
            ("GET", ["calendars", calendar, "events"]) => Self::ListEvents {
                calendar: owned(calendar),
            },
            ("POST", ["calendars", calendar, "events", "watch"]) => Self::WatchEvents {
                calendar: owned(calendar),
            },
            (verb, ["calendars", calendar, "events", event]) => {
                let (calendar, event) = (owned(calendar), owned(event));
                match verb {
                    "GET" => Self::GetEvent { calendar, event },
                    "PATCH" => Self::PatchEvent { calendar, event },
                    "PUT" => Self::UpdateEvent { calendar, event },
                    "DELETE" => Self::DeleteEvent { calendar, event },
                    _ => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }
}
