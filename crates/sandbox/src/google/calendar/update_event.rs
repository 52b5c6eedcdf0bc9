//! `events.patch` and `events.update`: the one merges, the other replaces.

use serde_json::{Map, Value, json};

use super::{
    calendars::{known, known_mut},
    conference::{self, Ask},
    event::Event,
    invitations::{self, Occasion},
    recurrence, times,
    write::{self, WriteOptions},
};
use crate::google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn};

/// How a body meets the event that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Given fields replace or, as objects, merge; `null` removes; arrays are replaced whole.
    Patch,
    /// The body is the whole event.
    Replace,
}

pub(super) fn answer(
    turn: &mut Turn<'_>,
    calendar: &str,
    event: &str,
    incoming: &Incoming,
    change: Change,
) -> Result<Answer, ApiError> {
    let options = WriteOptions::read(incoming)?;
    known(turn.world, calendar)?.check_writable()?;
    let Value::Object(body) = incoming.json()? else {
        return Err(ApiError::parse_error());
    };
    change_event(turn, calendar, event, &body, change, &options)?;
    let calendar = known(turn.world, calendar)?;
    let event = calendar.event(event)?;
    Ok(Answer::json(200, &event.resource(turn.base_url, calendar))
        .with_header(http::header::ETAG, event.etag())
        .with_effect())
}

/// Changes the event.
pub(crate) fn change_event(
    turn: &mut Turn<'_>,
    calendar_id: &str,
    event_id: &str,
    body: &Map<String, Value>,
    change: Change,
    options: &WriteOptions,
) -> Result<(), ApiError> {
    recurrence::detach(known_mut(turn.world, calendar_id)?, event_id);
    let calendar = known(turn.world, calendar_id)?;
    let account = calendar.account.clone();
    let before = calendar.event(event_id)?.clone();
    options.check_etag(&before.etag())?;
    if body.get("id").and_then(Value::as_str).is_some_and(|id| id != event_id) {
        return Err(ApiError::invalid("Invalid resource id value."));
    }
    if before.is_copy && !options.by_hand {
        check_guest_may(body)?;
    }
    let whole = match change {
        Change::Patch => merged(&before, body),
        Change::Replace => body.clone(),
    };
    let times = times::read_times(&whole, &calendar.zone())?;
    let mut fields = write::read_fields(&whole)?;
    for name in ["recurringEventId", "originalStartTime"] {
        fields.extend(before.fields.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    let status = write::read_status(&whole)?.unwrap_or_else(|| "confirmed".to_owned());
    let mut ask = conference::read_ask(
        calendar,
        before.meet.as_ref(),
        body.get("conferenceData"),
        options.conference,
    )?;
    if change == Change::Replace && options.conference && !body.contains_key("conferenceData") {
        ask = Ask::Remove;
    }
    let meet = write::settle_conference(turn, &account, calendar_id, event_id, before.meet.clone(), ask);
    let moved = times.starts != before.times.starts || times.ends != before.times.ends;
    let revived = before.is_cancelled() && status != "cancelled";
    let cancelled = !before.is_cancelled() && status == "cancelled";
    let only_reminders = !moved && status == before.status && same_but_reminders(&before.fields, &fields);
    let version = turn.world.next_change();
    let now = turn.now;
    let after = {
        let calendar = known_mut(turn.world, calendar_id)?;
        let event = calendar.event_mut(event_id)?;
        event.version = version;
        if !only_reminders {
            event.updated = now;
        }
        if moved || revived || cancelled {
            event.sequence += 1;
        }
        event.times = times;
        event.fields = fields;
        event.status = status;
        event.meet = meet;
        let after = event.clone();
        recurrence::cancel_lost(calendar, &before, &after);
        recurrence::cancel_exceptions(calendar, &after);
        after
    };
    write::spread_change(turn.world, now, turn.entropy, calendar_id, event_id);
    let occasion = if cancelled {
        Occasion::Cancelled
    } else if revived {
        Occasion::Invited
    } else {
        Occasion::Updated {
            guests_before: before.attendee_emails().collect(),
        }
    };
    invitations::send(turn, &after, &account, options.send_updates, &occasion);
    Ok(())
}

/// The event's own fields with the patch laid over them.
fn merged(event: &Event, patch: &Map<String, Value>) -> Map<String, Value> {
    let mut whole = Value::Object(event.fields.clone());
    whole["start"] = event.times.start.clone();
    whole["end"] = event.times.end.clone();
    whole["status"] = json!(event.status);
    merge(&mut whole, &Value::Object(patch.clone()));
    match whole {
        Value::Object(whole) => whole,
        _ => Map::new(),
    }
}

/// Merges as RFC 7396 says.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    if let Value::Object(target) = target {
        for (name, value) in patch {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}

/// A guest's copy belongs to the organizer, but for the guest's own answer, colour, reminders and private properties.
fn check_guest_may(body: &Map<String, Value>) -> Result<(), ApiError> {
    let shared = body
        .get("extendedProperties")
        .and_then(|properties| properties.get("shared"));
    if shared.is_some_and(|shared| !shared.is_null()) {
        let message = "Shared properties can only be changed by the organizer of the event.";
        return Err(ApiError::new(403, "calendar", "forbiddenForNonOrganizer", message));
    }
    let foreign = [
        "summary",
        "description",
        "location",
        "start",
        "end",
        "conferenceData",
        "recurrence",
    ];
    if foreign.iter().any(|name| body.contains_key(*name)) {
        return Err(ApiError::new(
            403,
            "calendar",
            "forbiddenForNonOrganizer",
            "Forbidden for non-organizer.",
        ));
    }
    Ok(())
}

fn same_but_reminders(before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
    let names = || before.keys().chain(after.keys()).filter(|name| *name != "reminders");
    before.get("reminders") != after.get("reminders") && names().all(|name| before.get(name) == after.get(name))
}
