//! `calendarList.list`: the calendars that a host can choose from.

use std::collections::BTreeSet;
use std::fmt;

use http::Method;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::{GoogleClient, GoogleError};

const MOST_PAGES: usize = 100;

/// A calendar in a host's list.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteCalendar {
    /// An address for a primary calendar, so it is personal.
    pub id: String,
    /// The name, as its owner sees it.
    pub summary: String,
    /// The account's own calendar.
    pub primary: bool,
    /// `owner`, `writer`, `reader` or `freeBusyReader`.
    pub access_role: String,
    /// IANA name.
    pub time_zone: Option<String>,
    /// Whether Google makes Meet links in it.
    pub allows_meet: bool,
}

impl RemoteCalendar {
    /// Whether events can be put into it.
    pub fn is_writable(&self) -> bool {
        matches!(
            self.access_role.as_str(),
            "owner" | "writer" | "writerWithoutPrivateAccess"
        )
    }
}

impl fmt::Debug for RemoteCalendar {
    /// Names nobody: ids of primary calendars are addresses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteCalendar")
            .field("primary", &self.primary)
            .field("access_role", &self.access_role)
            .field("time_zone", &self.time_zone)
            .field("allows_meet", &self.allows_meet)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireList {
    #[serde(default)]
    items: Vec<WireCalendar>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCalendar {
    id: String,
    #[serde(default)]
    summary: String,
    summary_override: Option<String>,
    #[serde(default)]
    primary: bool,
    #[serde(default)]
    access_role: String,
    time_zone: Option<String>,
    #[serde(default)]
    deleted: bool,
    conference_properties: Option<WireConferenceProperties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireConferenceProperties {
    #[serde(default)]
    allowed_conference_solution_types: Vec<String>,
}

impl From<WireCalendar> for RemoteCalendar {
    fn from(calendar: WireCalendar) -> Self {
        let allows_meet = calendar.conference_properties.is_some_and(|properties| {
            properties
                .allowed_conference_solution_types
                .iter()
                .any(|kind| kind == "hangoutsMeet")
        });
        let named = calendar
            .summary_override
            .filter(|name| !name.is_empty())
            .unwrap_or(calendar.summary);
        Self {
            summary: if named.is_empty() { calendar.id.clone() } else { named },
            id: calendar.id,
            primary: calendar.primary,
            access_role: calendar.access_role,
            time_zone: calendar.time_zone,
            allows_meet,
        }
    }
}

/// What the reader of a list of calendars makes of `body`.
pub(crate) fn read_calendars_body(body: &[u8]) -> Option<String> {
    let list: WireList = serde_json::from_slice(body).ok()?;
    let calendars: Vec<RemoteCalendar> = list.items.into_iter().map(RemoteCalendar::from).collect();
    Some(format!("{calendars:?} {:?}", list.next_page_token))
}

impl GoogleClient {
    /// All calendars in the account's list, from all pages.
    pub async fn list_calendars(&self, access: &SecretString) -> Result<Vec<RemoteCalendar>, GoogleError> {
        let mut calendars = Vec::new();
        let mut seen = BTreeSet::new();
        let mut page: Option<String> = None;
        loop {
            let mut request = self
                .calendar_request(Method::GET, &["users", "me", "calendarList"], access)?
                .query(&[("maxResults", "250")]);
            if let Some(page) = &page {
                request = request.query(&[("pageToken", page)]);
            }
            let list: WireList = self.call("calendar_list.list", request).await?.decode()?;
            calendars.extend(
                list.items
                    .into_iter()
                    .filter(|calendar| !calendar.deleted)
                    .map(RemoteCalendar::from),
            );
            let Some(next) = list.next_page_token.filter(|token| !token.is_empty()) else {
                return Ok(calendars);
            };
            if !seen.insert(next.clone()) || seen.len() > MOST_PAGES {
                return Err(GoogleError::BrokenAnswer);
            }
            page = Some(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_an_entry() {
        let calendar: RemoteCalendar = serde_json::from_value::<WireCalendar>(json!({
            "id": "ada@example.test", "summary": "ada@example.test", "summaryOverride": "Work", "primary": true,
            "accessRole": "owner", "timeZone": "Europe/Madrid",
            "conferenceProperties": { "allowedConferenceSolutionTypes": ["eventHangout", "hangoutsMeet"] },
        }))
        .unwrap()
        .into();
        assert_eq!(calendar.summary, "Work");
        assert!(calendar.primary && calendar.allows_meet && calendar.is_writable());
        assert!(!format!("{calendar:?}").contains("ada"));
    }

    #[test]
    fn promises_no_meet_where_google_does_not() {
        let calendar: RemoteCalendar =
            serde_json::from_value::<WireCalendar>(json!({ "id": "x", "accessRole": "reader" }))
                .unwrap()
                .into();
        assert!(!calendar.allows_meet && !calendar.is_writable() && !calendar.primary);
        assert_eq!(calendar.summary, "x");
    }
}
