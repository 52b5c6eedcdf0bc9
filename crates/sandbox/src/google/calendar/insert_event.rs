//! `events.insert`.

use data_encoding::BASE32HEX_NOPAD;
use serde_json::{Map, Value};

use super::{
    calendars::{known, known_mut},
    conference,
    event::Event,
    invitations::{self, Occasion},
    times,
    write::{self, WriteOptions},
};
use crate::{
    faults::Place,
    google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn},
};

pub(super) fn answer(turn: &mut Turn<'_>, calendar: &str, incoming: &Incoming) -> Result<Answer, ApiError> {
    let options = WriteOptions::read(incoming)?;
    known(turn.world, calendar)?.check_writable()?;
    let Value::Object(body) = incoming.json()? else {
        return Err(ApiError::parse_error());
    };
    let id = insert_event(turn, calendar, &body, &options)?;
    let calendar = known(turn.world, calendar)?;
    // After an undetected collision the answer is the new event, not its older twin.
    let event = calendar
        .events
        .get(&id)
        .and_then(|same| same.last())
        .ok_or_else(ApiError::not_found)?;
    Ok(Answer::json(200, &event.resource(turn.base_url, calendar))
        .with_header(http::header::ETAG, event.etag())
        .with_effect())
}

/// Makes the event and gives its id.
pub(crate) fn insert_event(
    turn: &mut Turn<'_>,
    calendar_id: &str,
    body: &Map<String, Value>,
    options: &WriteOptions,
) -> Result<String, ApiError> {
    let calendar = known(turn.world, calendar_id)?;
    let account = calendar.account.clone();
    let given = |name: &str| body.get(name).filter(|value| !value.is_null());
    let id = match given("id") {
        None => BASE32HEX_NOPAD.encode(&turn.entropy.bytes::<16>()).to_lowercase(),
        Some(Value::String(id)) if is_event_id(id) => id.clone(),
        Some(_) => return Err(ApiError::invalid("Invalid resource id value.")),
    };
    let ical_uid = match (given("iCalUID"), given("id")) {
        (Some(_), Some(_)) => return Err(ApiError::invalid("Only one of id and iCalUID may be set.")),
        (Some(Value::String(uid)), None) => uid.clone(),
        (Some(_), None) => return Err(ApiError::parse_error()),
        (None, _) => format!("{id}@google.com"),
    };
    let times = times::read_times(body, &calendar.zone())?;
    let fields = write::read_fields(body)?;
    let status = write::read_status(body)?.unwrap_or_else(|| "confirmed".to_owned());
    let ask = conference::read_ask(calendar, None, body.get("conferenceData"), options.conference)?;
    // A deleted event keeps its id for good.
    if calendar.events.contains_key(&id) && turn.fault(Place::Collision, &account, calendar_id).is_none() {
        return Err(ApiError::duplicate());
    }
    let meet = write::settle_conference(turn, &account, calendar_id, &id, None, ask);
    let version = turn.world.next_change();
    let event = Event {
        ical_uid,
        status,
        fields,
        meet,
        by_hand: options.by_hand,
        ..Event::by_hand(id.clone(), &account, times, version, turn.now)
    };
    known_mut(turn.world, calendar_id)?
        .events
        .entry(id.clone())
        .or_default()
        .push(event.clone());
    write::spread_change(turn.world, turn.now, turn.entropy, calendar_id, &id);
    invitations::send(turn, &event, &account, options.send_updates, &Occasion::Invited);
    Ok(id)
}

/// Base32hex digits in lower case, 5 to 1024 of them.
fn is_event_id(id: &str) -> bool {
    (5..=1_024).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'a'..=b'v' | b'0'..=b'9'))
}
