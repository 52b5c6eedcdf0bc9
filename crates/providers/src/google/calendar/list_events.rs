//! `events.list`: a calendar's first reading, its changes since, and the search for our own events.

use std::collections::BTreeSet;

use http::Method;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::{GoogleClient, GoogleError};
use super::remote_event::RemoteEvent;
use super::wire_event::WireEvent;

/// Google's largest page.
const PAGE_SIZE: &str = "2500";
/// More pages than any calendar has; beyond it the paging itself must be broken.
const MOST_PAGES: usize = 1000;

/// Which events to list. Each form sends only parameters that Google allows together: with a sync token it refuses every
/// filter, and a list in an order or with a search brings no usable token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventQuery {
    /// All events, series expanded, that end after `from`; brings a sync token.
    Full {
        /// `None` for all there ever were.
        from: Option<Timestamp>,
    },
    /// What changed since the sync token was given, deletions included; brings the next one.
    Changes {
        /// Opaque, from the last list.
        sync_token: String,
    },
    /// Live events with this private extended property, each series as one; brings no sync token.
    WithProperty {
        /// The property's name.
        key: String,
        /// The property's value.
        value: String,
        /// Only events that end after this; `None` for all there ever were.
        from: Option<Timestamp>,
    },
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// May be empty although more pages follow.
    pub events: Vec<RemoteEvent>,
    /// Where the next page is; `None` on the last.
    pub next_page: Option<String>,
    /// On the last page only. Store it after everything before it is applied.
    pub sync_token: Option<String>,
    /// IANA name of the calendar's zone, in which its whole days are meant.
    pub time_zone: Option<String>,
}

/// All pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventList {
    /// In Google's order, which means nothing.
    pub events: Vec<RemoteEvent>,
    /// For the next [`EventQuery::Changes`].
    pub sync_token: Option<String>,
    /// IANA name of the calendar's zone, in which its whole days are meant.
    pub time_zone: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage {
    #[serde(default)]
    items: Vec<WireEvent>,
    next_page_token: Option<String>,
    next_sync_token: Option<String>,
    time_zone: Option<String>,
}

impl EventQuery {
    fn to_wire(&self) -> Vec<(&'static str, String)> {
        let expanded = !matches!(self, Self::WithProperty { .. });
        let mut query = vec![
            ("maxResults", PAGE_SIZE.to_owned()),
            ("singleEvents", expanded.to_string()),
        ];
        match self {
            Self::Full { from } => query.extend(from.map(|from| ("timeMin", from.to_string()))),
            Self::Changes { sync_token } => query.push(("syncToken", sync_token.clone())),
            Self::WithProperty { key, value, from } => {
                query.push(("privateExtendedProperty", format!("{key}={value}")));
                query.extend(from.map(|from| ("timeMin", from.to_string())));
            }
        }
        query
    }
}

impl GoogleClient {
    /// One page. `page` is the `next_page` of the one before; the query must be the same for all pages.
    ///
    /// [`GoogleError::SyncTokenExpired`]: forget what is known of this calendar and list it in full.
    pub async fn list_events_page(
        &self,
        access: &SecretString,
        calendar_id: &str,
        query: &EventQuery,
        page: Option<&str>,
    ) -> Result<EventPage, GoogleError> {
        let mut request = self
            .calendar_request(Method::GET, &["calendars", calendar_id, "events"], access)?
            .query(&query.to_wire());
        if let Some(page) = page {
            request = request.query(&[("pageToken", page)]);
        }
        // The status decides, not the reason: there are several, all with the same cure.
        let answer = self.call("events.list", request).await.map_err(|error| match error {
            GoogleError::Gone => GoogleError::SyncTokenExpired,
            error => error,
        })?;
        let page: WirePage = answer.decode()?;
        Ok(EventPage {
            events: page.items.into_iter().map(RemoteEvent::from).collect(),
            next_page: page.next_page_token.filter(|token| !token.is_empty()),
            sync_token: page.next_sync_token.filter(|token| !token.is_empty()),
            time_zone: page.time_zone,
        })
    }

    /// All pages, or an error: half a list is never returned, since what is missing in it would read as deleted or free.
    pub async fn list_events(
        &self,
        access: &SecretString,
        calendar_id: &str,
        query: &EventQuery,
    ) -> Result<EventList, GoogleError> {
        let mut list = EventList {
            events: Vec::new(),
            sync_token: None,
            time_zone: None,
        };
        let mut seen = BTreeSet::new();
        let mut page: Option<String> = None;
        loop {
            let got = self
                .list_events_page(access, calendar_id, query, page.as_deref())
                .await?;
            list.events.extend(got.events);
            list.time_zone = got.time_zone.or(list.time_zone);
            let Some(next) = got.next_page else {
                list.sync_token = got.sync_token;
                return Ok(list);
            };
            if !seen.insert(next.clone()) || seen.len() > MOST_PAGES {
                return Err(GoogleError::BrokenAnswer);
            }
            page = Some(next);
        }
    }
}

/// What the reader of a page of events makes of `body`.
pub(crate) fn read_events_body(body: &[u8]) -> Option<String> {
    let page: WirePage = serde_json::from_slice(body).ok()?;
    let events: Vec<RemoteEvent> = page.items.into_iter().map(RemoteEvent::from).collect();
    Some(format!("{events:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_asked_for_with_nothing_that_google_forbids() {
        let query = EventQuery::Changes { sync_token: "t".into() }.to_wire();
        let names: Vec<_> = query.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["maxResults", "singleEvents", "syncToken"]);
        // What is common must be equal in the first list, or Google refuses the token.
        let first = EventQuery::Full {
            from: Some(Timestamp::UNIX_EPOCH),
        }
        .to_wire();
        assert_eq!(first[..2], query[..2]);
        assert_eq!(first[2], ("timeMin", "1970-01-01T00:00:00Z".to_owned()));
    }
}
