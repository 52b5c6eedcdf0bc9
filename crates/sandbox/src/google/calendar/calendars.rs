//! A calendar with its events, and who may see and write it.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::Event;
use crate::{
    google::{accounts::ZONE, errors::ApiError},
    world::World,
};

/// What its account may do with a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccessRole {
    Owner,
    Reader,
}

/// One calendar of one account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Calendar {
    pub id: String,
    pub account: String,
    pub summary: String,
    pub time_zone: String,
    pub role: AccessRole,
    pub primary: bool,
    pub conference_types: Vec<String>,
    /// By id; two under one id only after an undetected collision.
    pub events: BTreeMap<String, Vec<Event>>,
    /// Sync tokens of an earlier generation have expired.
    pub sync_generation: u32,
}

impl Calendar {
    pub(crate) fn new(id: &str, account: &str, summary: &str, role: AccessRole) -> Self {
        Self {
            id: id.to_owned(),
            account: account.to_owned(),
            summary: summary.to_owned(),
            time_zone: ZONE.to_owned(),
            role,
            primary: false,
            conference_types: vec!["hangoutsMeet".to_owned()],
            events: BTreeMap::new(),
            sync_generation: 0,
        }
    }

    pub(crate) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    pub(crate) fn role(&self) -> &'static str {
        match self.role {
            AccessRole::Owner => "owner",
            AccessRole::Reader => "reader",
        }
    }

    pub(crate) fn check_writable(&self) -> Result<(), ApiError> {
        if self.role == AccessRole::Owner {
            return Ok(());
        }
        let message = "You need to have writer access to this calendar.";
        Err(ApiError::new(403, "calendar", "requiredAccessLevel", message))
    }

    /// All events, cancelled ones too.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Event> {
        self.events.values().flatten()
    }

    /// The event of this id: the living one where a collision left several.
    pub(crate) fn event(&self, id: &str) -> Result<&Event, ApiError> {
        let found = self.events.get(id).ok_or_else(ApiError::not_found)?;
        found
            .iter()
            .find(|event| !event.is_cancelled())
            .or(found.first())
            .ok_or_else(ApiError::not_found)
    }

    /// As [`Calendar::event`], to change it.
    pub(crate) fn event_mut(&mut self, id: &str) -> Result<&mut Event, ApiError> {
        let found = self.events.get_mut(id).ok_or_else(ApiError::not_found)?;
        let index = found.iter().position(|event| !event.is_cancelled()).unwrap_or(0);
        found.get_mut(index).ok_or_else(ApiError::not_found)
    }

    pub(crate) fn etag(&self) -> String {
        let newest = self.all().map(|event| event.version).max().unwrap_or_default();
        format!("\"p{newest:015}{}\"", self.sync_generation)
    }

    fn properties(&self) -> Value {
        json!({ "allowedConferenceSolutionTypes": self.conference_types })
    }

    /// The calendar as `calendars.get` shows it.
    pub(crate) fn resource(&self) -> Value {
        json!({
            "kind": "calendar#calendar", "etag": self.etag(), "id": self.id, "summary": self.summary,
            "timeZone": self.time_zone, "conferenceProperties": self.properties(),
        })
    }

    /// The calendar as an entry of its account's list.
    pub(crate) fn entry(&self) -> Value {
        let mut entry = json!({
            "kind": "calendar#calendarListEntry", "etag": self.etag(), "id": self.id, "summary": self.summary,
            "timeZone": self.time_zone, "colorId": "14", "backgroundColor": "#9fe1e7", "foregroundColor": "#000000",
            "selected": true, "accessRole": self.role(), "defaultReminders": [],
            "conferenceProperties": self.properties(),
        });
        if self.primary {
            entry["primary"] = json!(true);
        }
        entry
    }
}

/// The calendar, if the account may see it; otherwise it does not exist.
pub(crate) fn visible<'a>(world: &'a World, account: &str, id: &str) -> Result<&'a Calendar, ApiError> {
    world
        .calendars
        .get(id)
        .filter(|calendar| calendar.account == account)
        .ok_or_else(ApiError::not_found)
}

/// The calendar of a checked id.
pub(crate) fn known<'a>(world: &'a World, id: &str) -> Result<&'a Calendar, ApiError> {
    world.calendars.get(id).ok_or_else(ApiError::not_found)
}

/// As [`known`], to change it.
pub(crate) fn known_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Calendar, ApiError> {
    world.calendars.get_mut(id).ok_or_else(ApiError::not_found)
}
