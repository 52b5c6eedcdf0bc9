//! Meet conferences: asked for by a create request, pending for a while, then there or failed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use timetap_core::entropy::Entropy;

use super::{attendee_copies, calendars::Calendar, notify};
use crate::{
    faults::{FaultKind, Place},
    google::{errors::ApiError, turn::Turn},
    world::{Later, World},
};

/// A conference of an event.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Meet {
    pub request_id: String,
    pub state: MeetState,
}

/// How far the create request has got.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MeetState {
    Pending,
    /// The room's code, `aaa-bbbb-ccc`.
    Success(String),
    Failure,
}

impl Meet {
    pub(crate) fn link(&self, base_url: &str) -> Option<String> {
        match &self.state {
            MeetState::Success(code) => Some(format!("{base_url}/meet/{code}")),
            _ => None,
        }
    }

    /// The state as `statusCode` names it.
    pub(crate) fn state_name(&self) -> &'static str {
        match self.state {
            MeetState::Pending => "pending",
            MeetState::Success(_) => "success",
            MeetState::Failure => "failure",
        }
    }

    pub(crate) fn resource(&self, base_url: &str) -> Value {
        let status = self.state_name();
        let mut data = json!({ "createRequest": {
            "requestId": self.request_id,
            "conferenceSolutionKey": { "type": "hangoutsMeet" },
            "status": { "statusCode": status },
        } });
        if let (MeetState::Success(code), Some(link)) = (&self.state, self.link(base_url)) {
            let label = link
                .split_once("://")
                .map_or(link.as_str(), |(_, rest)| rest)
                .to_owned();
            data["conferenceId"] = json!(code);
            data["conferenceSolution"] = json!({ "key": { "type": "hangoutsMeet" }, "name": "Google Meet", "iconUri": format!("{base_url}/meet.svg") });
            // The order of entry points is not promised, so the video link does not come first.
            data["entryPoints"] = json!([
                { "entryPointType": "more", "uri": format!("{link}?phone"), "pin": "1234567890123" },
                { "entryPointType": "phone", "uri": "tel:+34-910-00-00-00", "label": "+34 910 00 00 00", "pin": "123456789", "regionCode": "ES" },
                { "entryPointType": "video", "uri": link, "label": label },
            ]);
        }
        data
    }
}

/// What a write's body asks of the conference.
pub(super) enum Ask {
    Keep,
    Remove,
    Create { request_id: String },
}

/// Reads `conferenceData` of a body. Without `conferenceDataVersion=1` it is ignored, whatever it says.
pub(super) fn read_ask(
    calendar: &Calendar,
    current: Option<&Meet>,
    body: Option<&Value>,
    version_one: bool,
) -> Result<Ask, ApiError> {
    let Some(data) = body.filter(|_| version_one) else {
        return Ok(Ask::Keep);
    };
    if data.is_null() {
        return Ok(Ask::Remove);
    }
    let Some(request) = data.get("createRequest").filter(|request| !request.is_null()) else {
        // A read event written back carries its own conference.
        let known = current.and_then(|meet| match &meet.state {
            MeetState::Success(code) => Some(code.as_str()),
            _ => None,
        });
        let given = data.get("conferenceId").and_then(Value::as_str);
        return if given.is_some() && given == known {
            Ok(Ask::Keep)
        } else {
            Err(ApiError::invalid("Invalid conference data."))
        };
    };
    let request_id = request.get("requestId").and_then(Value::as_str).unwrap_or_default();
    if request_id.is_empty() {
        return Err(ApiError::required("Missing conference request id."));
    }
    // A request id that was used before is ignored, even after a failure.
    if current.is_some_and(|meet| meet.request_id == request_id) {
        return Ok(Ask::Keep);
    }
    let kind = request
        .pointer("/conferenceSolutionKey/type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if kind != "hangoutsMeet" || !calendar.conference_types.iter().any(|allowed| allowed == kind) {
        return Err(ApiError::invalid("Invalid conference type value."));
    }
    Ok(Ask::Create {
        request_id: request_id.to_owned(),
    })
}

/// Starts a conference and gives its first state.
pub(super) fn create(turn: &mut Turn<'_>, account: &str, calendar: &str, event: &str, request_id: String) -> Meet {
    let mut delay = turn.options.meet_delay;
    match turn.fault(Place::Conference, account, calendar) {
        Some(FaultKind::ConferencePendingForever) => {
            return Meet {
                request_id,
                state: MeetState::Pending,
            };
        }
        Some(FaultKind::ConferenceFailure) => {
            return Meet {
                request_id,
                state: MeetState::Failure,
            };
        }
        Some(FaultKind::ConferenceDelayMs { ms }) => delay = std::time::Duration::from_millis(ms),
        _ => {}
    }
    if delay.is_zero() {
        return Meet {
            request_id,
            state: MeetState::Success(room_code(turn.entropy)),
        };
    }
    turn.later(Later::ConferenceReady {
        calendar: calendar.to_owned(),
        event: event.to_owned(),
        request_id: request_id.clone(),
        delay,
    });
    Meet {
        request_id,
        state: MeetState::Pending,
    }
}

/// Makes a pending conference ready, unless the event has meanwhile asked for another or for none.
pub(crate) fn finish(
    world: &mut World,
    now: Timestamp,
    entropy: &Entropy,
    calendar_id: &str,
    event_id: &str,
    request_id: &str,
) {
    let version = world.next_change();
    let Some(calendar) = world.calendars.get_mut(calendar_id) else {
        return;
    };
    let Some(event) = calendar.events.get_mut(event_id).into_iter().flatten().find(|event| {
        event
            .meet
            .as_ref()
            .is_some_and(|meet| meet.request_id == request_id && matches!(meet.state, MeetState::Pending))
    }) else {
        return;
    };
    let state = MeetState::Success(room_code(entropy));
    event.meet = Some(Meet {
        request_id: request_id.to_owned(),
        state,
    });
    event.version = version;
    event.updated = now;
    attendee_copies::spread(world, now, entropy, calendar_id, event_id);
    notify::announce(world, entropy, calendar_id);
}

/// Pending conferences that nobody waits for since the last start.
pub(crate) fn resume(world: &mut World, delay: std::time::Duration) {
    let mut found = Vec::new();
    for calendar in world.calendars.values() {
        for event in calendar.all().filter(|event| !event.is_copy) {
            if let Some(Meet {
                request_id,
                state: MeetState::Pending,
            }) = &event.meet
            {
                found.push((calendar.id.clone(), event.id.clone(), request_id.clone()));
            }
        }
    }
    for (calendar, event, request_id) in found {
        world.outbox.push_back(Later::ConferenceReady {
            calendar,
            event,
            request_id,
            delay,
        });
    }
}

fn room_code(entropy: &Entropy) -> String {
    let letters: Vec<char> = entropy
        .bytes::<10>()
        .iter()
        .map(|byte| char::from(b'a' + byte % 26))
        .collect();
    let part = |range: std::ops::Range<usize>| letters[range].iter().collect::<String>();
    format!("{}-{}-{}", part(0..3), part(3..7), part(7..10))
}
