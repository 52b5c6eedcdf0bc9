//! What inserts, patches and updates have in common: options of the query, checks of the body, stamps of the event.

use jiff::Timestamp;
use serde_json::{Map, Value};
use timetap_core::entropy::Entropy;

use super::{
    attendee_copies,
    conference::{self, Ask, Meet},
    notify,
};
use crate::{
    google::{errors::ApiError, request::Incoming, turn::Turn},
    world::World,
};

/// Whom Google mails about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendUpdates {
    All,
    ExternalOnly,
    None,
}

/// The options of a write, from its query and headers.
#[derive(Clone, Debug)]
pub(crate) struct WriteOptions {
    pub conference: bool,
    pub send_updates: SendUpdates,
    pub if_match: Option<String>,
    /// A person's own hand in the calendar, not the API.
    pub by_hand: bool,
}

impl WriteOptions {
    pub(crate) fn by_hand() -> Self {
        Self {
            conference: true,
            send_updates: SendUpdates::None,
            if_match: None,
            by_hand: true,
        }
    }

    pub(super) fn read(incoming: &Incoming) -> Result<Self, ApiError> {
        let conference = match incoming.query.get("conferenceDataVersion") {
            None | Some("0") => false,
            Some("1") => true,
            Some(other) => {
                let message = format!("Invalid value '{other}'. Values must be within the range: [0, 1]");
                return Err(ApiError::invalid_parameter("conferenceDataVersion", message));
            }
        };
        let send_updates = match incoming.query.get("sendUpdates") {
            None | Some("none") => SendUpdates::None,
            Some("all") => SendUpdates::All,
            Some("externalOnly") => SendUpdates::ExternalOnly,
            Some(other) => {
                let message = format!("Invalid value '{other}'. Allowed values: [all, externalOnly, none]");
                return Err(ApiError::invalid_parameter("sendUpdates", message));
            }
        };
        let if_match = incoming.header(http::header::IF_MATCH).map(str::to_owned);
        Ok(Self {
            conference,
            send_updates,
            if_match,
            by_hand: false,
        })
    }

    pub(super) fn check_etag(&self, etag: &str) -> Result<(), ApiError> {
        match self.if_match.as_deref() {
            None | Some("*") => Ok(()),
            Some(wanted) if wanted == etag => Ok(()),
            Some(_) => Err(ApiError::precondition_failed()),
        }
    }
}

/// Fields kept as they are given; all others are computed, read on their own, or unknown and ignored.
const WRITABLE: [&str; 17] = [
    "summary",
    "description",
    "location",
    "attendees",
    "extendedProperties",
    "transparency",
    "visibility",
    "reminders",
    "colorId",
    "recurrence",
    "guestsCanInviteOthers",
    "guestsCanModify",
    "guestsCanSeeOtherGuests",
    "source",
    "anyoneCanAddSelf",
    "attachments",
    "eventType",
];

/// The checked writable fields of a whole event body.
pub(super) fn read_fields(body: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut fields = Map::new();
    for name in WRITABLE {
        match body.get(name) {
            None | Some(Value::Null) => {}
            Some(value) => {
                fields.insert(name.to_owned(), value.clone());
            }
        }
    }
    for name in ["summary", "description", "location", "colorId"] {
        if fields.get(name).is_some_and(|value| !value.is_string()) {
            return Err(ApiError::parse_error());
        }
    }
    for (name, allowed) in [
        ("transparency", ["opaque", "transparent", "", ""]),
        ("visibility", ["default", "public", "private", "confidential"]),
    ] {
        if let Some(value) = fields.get(name)
            && !value
                .as_str()
                .is_some_and(|text| !text.is_empty() && allowed.contains(&text))
        {
            return Err(ApiError::invalid(format!("Invalid value for: {name}")));
        }
    }
    super::recurrence::check(fields.get("recurrence"))?;
    check_attendees(&mut fields)?;
    check_properties(&mut fields)?;
    Ok(fields)
}

fn check_attendees(fields: &mut Map<String, Value>) -> Result<(), ApiError> {
    let Some(guests) = fields.get_mut("attendees") else {
        return Ok(());
    };
    for guest in guests.as_array_mut().ok_or_else(ApiError::parse_error)? {
        let guest = guest.as_object_mut().ok_or_else(ApiError::parse_error)?;
        let email = guest.get("email").and_then(Value::as_str).unwrap_or_default();
        let sound = email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !email.contains(char::is_whitespace)
        });
        if !sound {
            return Err(ApiError::invalid("Invalid attendee email."));
        }
        guest.remove("self");
        guest.remove("organizer");
    }
    Ok(())
}

/// Longest name and value of an extended property: longer names are dropped, longer values cut, without a word.
const PROPERTY_NAME: usize = 44;
const PROPERTY_VALUE: usize = 1_024;

fn check_properties(fields: &mut Map<String, Value>) -> Result<(), ApiError> {
    let Some(properties) = fields.get_mut("extendedProperties") else {
        return Ok(());
    };
    for (kind, set) in properties.as_object_mut().ok_or_else(ApiError::parse_error)? {
        if !matches!(kind.as_str(), "private" | "shared") {
            continue;
        }
        let set = set.as_object_mut().ok_or_else(ApiError::parse_error)?;
        set.retain(|name, value| name.chars().count() <= PROPERTY_NAME && !value.is_null());
        for value in set.values_mut() {
            let text = value.as_str().ok_or_else(ApiError::parse_error)?;
            if text.chars().count() > PROPERTY_VALUE {
                *value = Value::String(text.chars().take(PROPERTY_VALUE).collect());
            }
        }
    }
    Ok(())
}

/// `status` of a body, if it has one.
pub(super) fn read_status(body: &Map<String, Value>) -> Result<Option<String>, ApiError> {
    match body.get("status") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if matches!(text.as_str(), "confirmed" | "tentative" | "cancelled") => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(ApiError::invalid("Invalid value for: status")),
    }
}

/// The conference an event has after a write.
pub(super) fn settle_conference(
    turn: &mut Turn<'_>,
    account: &str,
    calendar: &str,
    event: &str,
    current: Option<Meet>,
    ask: Ask,
) -> Option<Meet> {
    match ask {
        Ask::Keep => current,
        Ask::Remove => None,
        Ask::Create { request_id } => Some(conference::create(turn, account, calendar, event, request_id)),
    }
}

/// After every change of an event: guests' copies follow, and channels hear of it.
pub(super) fn spread_change(world: &mut World, now: Timestamp, entropy: &Entropy, calendar: &str, event: &str) {
    attendee_copies::spread(world, now, entropy, calendar, event);
    notify::announce(world, entropy, calendar);
}
