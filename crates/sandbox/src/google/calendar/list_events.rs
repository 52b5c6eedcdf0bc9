//! `events.list`: full lists, pages, and incremental sync.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    calendars::{Calendar, known},
    event::Event,
    page_tokens, recurrence, times,
};
use crate::google::{answer::Answer, errors::ApiError, request::Params, turn::Turn};

const PAGE: i64 = 250;
const LARGEST_PAGE: i64 = 2_500;
/// How far back `updatedMin` may reach.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 28);

/// What a sync token stands for.
#[derive(Serialize, Deserialize)]
struct SyncToken {
    calendar: String,
    /// Changes up to this one are known to the client.
    seen: u64,
    generation: u32,
    /// The parameters that must stay the same.
    query: String,
}

/// Where a page ends.
#[derive(Serialize, Deserialize)]
struct PageToken {
    calendar: String,
    /// Sort key, change number and id of the last event shown.
    last: (i64, u64, String),
    /// The newest change when the first page was made.
    seen: u64,
    query: String,
}

/// Parameters that cannot come with a sync token.
const NOT_WITH_SYNC: [&str; 8] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
];
/// Parameters of a first list after which Google gives no usable sync token.
const NO_SYNC_AFTER: [&str; 6] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "updatedMin",
];
/// Parameters that may differ between a first list and its incremental ones.
const MAY_CHANGE: [&str; 7] = [
    "syncToken",
    "pageToken",
    "timeMin",
    "timeMax",
    "showDeleted",
    "alt",
    "prettyPrint",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Change,
    StartTime,
    Updated,
}

struct Filter<'a> {
    query: &'a Params,
    since: Option<u64>,
    time_min: Option<i64>,
    time_max: Option<i64>,
    updated_min: Option<i64>,
    show_deleted: bool,
    order: Order,
    single: bool,
}

pub(super) fn list_events(turn: &mut Turn<'_>, calendar: &str, query: &Params) -> Result<Answer, ApiError> {
    let calendar = known(turn.world, calendar)?;
    let size = page_tokens::page_size(query, PAGE, LARGEST_PAGE)?;
    let sync = query
        .get("syncToken")
        .map(|text| open_sync(calendar, query, text))
        .transpose()?;
    let filter = Filter::read(query, sync.as_ref(), turn.now)?;
    let whole_query = query.canonical_without(&["pageToken", "alt", "prettyPrint"]);
    let page = match query.get("pageToken") {
        None => None,
        Some(text) => Some(
            page_tokens::open::<PageToken>(text)
                .filter(|page| page.calendar == calendar.id && page.query == whole_query)
                .ok_or_else(|| ApiError::invalid_parameter("pageToken", "Invalid page token value."))?,
        ),
    };
    let seen = page.as_ref().map_or(turn.world.last_change, |page| page.seen);

    let mut found: Vec<_> = filter
        .candidates(calendar)
        .into_iter()
        .filter(|event| filter.takes(event, calendar))
        .map(|event| (filter.key(&event), event))
        .filter(|(key, _)| page.as_ref().is_none_or(|page| *key > page.last))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let more = found.len() > size;
    found.truncate(size);

    let items: Vec<_> = found
        .iter()
        .map(|(_, event)| filter.show(event, turn.base_url, calendar))
        .collect();
    let updated = calendar.all().map(|event| event.updated).max().unwrap_or_default();
    let mut body = json!({
        "kind": "calendar#events", "etag": calendar.etag(), "summary": calendar.summary, "description": "",
        "updated": updated.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), "timeZone": calendar.time_zone,
        "accessRole": calendar.role(), "defaultReminders": [], "items": items,
    });
    match found.last() {
        Some((last, _)) if more => {
            let page = PageToken {
                calendar: calendar.id.clone(),
                last: last.clone(),
                seen,
                query: whole_query,
            };
            body["nextPageToken"] = json!(page_tokens::seal(&page));
        }
        _ if NO_SYNC_AFTER.iter().all(|name| query.get(name).is_none()) => {
            let token = SyncToken {
                calendar: calendar.id.clone(),
                seen,
                generation: calendar.sync_generation,
                query: query.canonical_without(&MAY_CHANGE),
            };
            body["nextSyncToken"] = json!(page_tokens::seal(&token));
        }
        _ => {}
    }
    Ok(Answer::json(200, &body))
}

fn open_sync(calendar: &Calendar, query: &Params, text: &str) -> Result<SyncToken, ApiError> {
    for name in NOT_WITH_SYNC {
        if query.get(name).is_some() {
            let message = format!("Sync token cannot be used with other query restrictions: {name}");
            return Err(ApiError::invalid_parameter(name, message));
        }
    }
    if query.get("showDeleted") == Some("false") {
        let message = "Sync token cannot be used with showDeleted set to false";
        return Err(ApiError::invalid_parameter("showDeleted", message));
    }
    let token = page_tokens::open::<SyncToken>(text)
        .filter(|token| token.calendar == calendar.id && token.generation == calendar.sync_generation)
        .ok_or_else(ApiError::full_sync_required)?;
    if token.query != query.canonical_without(&MAY_CHANGE) {
        let message = "The parameters must be those of the first request of this sync.";
        return Err(ApiError::invalid_parameter("syncToken", message));
    }
    Ok(token)
}

impl<'a> Filter<'a> {
    fn read(query: &'a Params, sync: Option<&SyncToken>, now: Timestamp) -> Result<Self, ApiError> {
        let single = query.flag("singleEvents")?;
        let order = match query.get("orderBy") {
            None => Order::Change,
            Some("updated") => Order::Updated,
            Some("startTime") if single => Order::StartTime,
            Some("startTime") => {
                let message = "The requested ordering is not available for the particular query.";
                return Err(ApiError::invalid_parameter("orderBy", message));
            }
            Some(other) => {
                return Err(ApiError::invalid_parameter(
                    "orderBy",
                    format!("Invalid value '{other}'."),
                ));
            }
        };
        if let Some(zone) = query.get("timeZone")
            && TimeZone::get(zone).is_err()
        {
            return Err(ApiError::invalid_parameter(
                "timeZone",
                format!("Invalid time zone: {zone}"),
            ));
        }
        let time_min = times::read_bound("timeMin", query.get("timeMin"))?;
        let time_max = times::read_bound("timeMax", query.get("timeMax"))?;
        if let (Some(min), Some(max)) = (time_min, time_max)
            && max <= min
        {
            return Err(ApiError::empty_range());
        }
        let updated_min = times::read_bound("updatedMin", query.get("updatedMin"))?;
        if updated_min.is_some_and(|min| min < (now - REMEMBERED).as_millisecond()) {
            return Err(ApiError::of_fault(410, Some("updatedMinTooLongAgo")).at("parameter", "updatedMin"));
        }
        for name in ["privateExtendedProperty", "sharedExtendedProperty"] {
            if query.all(name).any(|pair| !pair.contains('=')) {
                return Err(ApiError::invalid_parameter(
                    name,
                    "Invalid value. Use propertyName=value.",
                ));
            }
        }
        Ok(Self {
            query,
            since: sync.map(|token| token.seen),
            time_min,
            time_max,
            updated_min,
            show_deleted: query.flag("showDeleted")?,
            order,
            single,
        })
    }

    /// An incremental list and one by time of change tell of deletions, asked or not.
    fn tells_deletions(&self) -> bool {
        self.since.is_some() || self.updated_min.is_some()
    }

    /// What there is to list: series as they are, or as their instances.
    fn candidates<'c>(&self, calendar: &'c Calendar) -> Vec<Cow<'c, Event>> {
        let mut found = Vec::new();
        for event in calendar.all() {
            if self.single && event.is_series() {
                found.extend(recurrence::instances(event, calendar).into_iter().map(Cow::Owned));
            } else {
                found.push(Cow::Borrowed(event));
            }
        }
        found
    }

    fn takes(&self, event: &Event, calendar: &Calendar) -> bool {
        if let Some(since) = self.since {
            return event.version > since;
        }
        // The holes in a living series are part of it, deletions asked for or not.
        let hole = !self.single && recurrence::belongs_to_living_series(event, calendar);
        if event.is_cancelled() && !hole && !self.show_deleted && !self.tells_deletions() {
            return false;
        }
        let properties = |kind: &str, name: &str| {
            self.query.all(name).all(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                event.property(kind, key) == Some(value)
            })
        };
        // A series that has begun may go on into the range.
        self.time_min
            .is_none_or(|min| event.times.ends > min || event.is_series())
            && self.time_max.is_none_or(|max| event.times.starts < max)
            && self.updated_min.is_none_or(|min| event.updated.as_millisecond() >= min)
            && self.query.get("iCalUID").is_none_or(|uid| event.ical_uid == uid)
            && self.query.get("q").is_none_or(|words| matches_words(event, words))
            && properties("private", "privateExtendedProperty")
            && properties("shared", "sharedExtendedProperty")
    }

    fn key(&self, event: &Event) -> (i64, u64, String) {
        let first = match self.order {
            Order::Change => 0,
            Order::StartTime => event.times.starts,
            Order::Updated => event.updated.as_millisecond(),
        };
        (first, event.version, event.id.clone())
    }

    fn show(&self, event: &Event, base_url: &str, calendar: &Calendar) -> Value {
        if event.is_cancelled() && (self.since.is_some() || event.is_exception()) {
            return event.tombstone();
        }
        event.resource(base_url, calendar)
    }
}

/// Every word stands somewhere in the texts of the event or its guests.
fn matches_words(event: &Event, words: &str) -> bool {
    let mut text: String = ["summary", "description", "location"]
        .map(|field| event.text(field))
        .join(" ");
    for guest in event.attendees() {
        for field in ["email", "displayName"] {
            text.push(' ');
            text.push_str(guest.get(field).and_then(Value::as_str).unwrap_or_default());
        }
    }
    let text = text.to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}
