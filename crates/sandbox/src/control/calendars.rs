//! The user's own hand in a calendar: adds, changes and deletes events as a person would, past all faults.

use serde_json::{Map, Value};

use super::{Control, ControlError};
use crate::google::{
    calendar::{Change, change_event, delete_event, insert_event, write::WriteOptions},
    errors::ApiError,
    turn::Turn,
};

impl From<ApiError> for ControlError {
    fn from(error: ApiError) -> Self {
        Self::Refused {
            status: error.status,
            message: error.message,
        }
    }
}

impl Control {
    /// Adds an event to a calendar; `body` as in `events.insert`. Gives the event as the API shows it.
    pub fn add_event(&self, calendar: &str, body: &Map<String, Value>) -> Result<Value, ControlError> {
        self.with_turn("by hand", |turn| {
            let id = insert_event(turn, calendar, body, &WriteOptions::by_hand())?;
            show(turn, calendar, &id)
        })
    }

    /// Changes an event; `body` as in `events.patch`.
    pub fn edit_event(&self, calendar: &str, event: &str, body: &Map<String, Value>) -> Result<Value, ControlError> {
        self.with_turn("by hand", |turn| {
            change_event(turn, calendar, event, body, Change::Patch, &WriteOptions::by_hand())?;
            show(turn, calendar, event)
        })
    }

    /// Deletes an event.
    pub fn delete_event(&self, calendar: &str, event: &str) -> Result<(), ControlError> {
        self.with_turn("by hand", |turn| {
            Ok(delete_event(turn, calendar, event, &WriteOptions::by_hand())?)
        })
    }

    /// All events of a calendar by start, cancelled ones too.
    pub fn events(&self, calendar: &str) -> Result<Vec<Value>, ControlError> {
        let world = self.engine.read();
        let calendar = world.calendars.get(calendar).ok_or_else(|| ControlError::NotFound {
            what: "calendar",
            id: calendar.to_owned(),
        })?;
        let mut events: Vec<_> = calendar.all().collect();
        events.sort_by_key(|event| (event.times.starts, event.version));
        Ok(events
            .into_iter()
            .map(|event| event.resource(&self.engine.base_url, calendar))
            .collect())
    }
}

fn show(turn: &Turn<'_>, calendar: &str, event: &str) -> Result<Value, ControlError> {
    let calendar = turn.world.calendars.get(calendar).ok_or_else(ApiError::not_found)?;
    Ok(calendar.event(event)?.resource(turn.base_url, calendar))
}
