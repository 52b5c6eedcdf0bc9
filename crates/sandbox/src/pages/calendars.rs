//! What a person sees of the sandbox's calendars: the account's events, one event, and the Meet room.

use axum::{
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use data_encoding::BASE64URL_NOPAD;
use http::StatusCode;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::Value;

use crate::{
    google::{
        accounts::Account,
        calendar::{calendars::Calendar, event::Event},
    },
    world::Shared,
};

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "four independent marks on the page")]
struct EventView {
    id: String,
    title: String,
    when: String,
    cancelled: bool,
    transparent: bool,
    by_hand: bool,
    is_copy: bool,
    organizer: String,
    guests: Vec<(String, String)>,
    meet: Option<String>,
    meet_state: &'static str,
    location: String,
    description: String,
    link: String,
    private: Vec<(String, String)>,
    etag: String,
}

#[derive(Serialize)]
struct CalendarView {
    id: String,
    summary: String,
    zone: String,
    role: &'static str,
    events: Vec<EventView>,
}

#[derive(Serialize)]
struct CalendarsPage {
    account: Account,
    calendars: Vec<CalendarView>,
}

#[derive(Serialize)]
struct EventPage {
    event: EventView,
    calendar: String,
    account: String,
}

#[derive(Serialize)]
struct MeetPage {
    code: String,
    title: Option<String>,
}

pub(crate) async fn show_calendars(State(engine): State<Shared>, Path(account): Path<String>) -> Response {
    let world = engine.read();
    let Some(account) = world.accounts.get(&account.to_lowercase()) else {
        return missing(&engine);
    };
    let mut own: Vec<_> = world
        .calendars
        .values()
        .filter(|calendar| calendar.account == account.email)
        .collect();
    own.sort_by_key(|calendar| !calendar.primary);
    let calendars = own
        .into_iter()
        .map(|calendar| {
            let mut events: Vec<_> = calendar.all().collect();
            events.sort_by_key(|event| (event.times.starts, event.version));
            CalendarView {
                id: calendar.id.clone(),
                summary: calendar.summary.clone(),
                zone: calendar.time_zone.clone(),
                role: calendar.role(),
                events: events
                    .into_iter()
                    .map(|event| view(event, calendar, &engine.base_url))
                    .collect(),
            }
        })
        .collect();
    let page = CalendarsPage {
        account: account.clone(),
        calendars,
    };
    drop(world);
    Html(engine.pages.render("calendars.html", page)).into_response()
}

pub(crate) async fn show_event(State(engine): State<Shared>, Path(eid): Path<String>) -> Response {
    let decoded = BASE64URL_NOPAD
        .decode(eid.as_bytes())
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((id, calendar)) = decoded.as_deref().and_then(|text| text.split_once(' ')) else {
        return missing(&engine);
    };
    let world = engine.read();
    let Some(calendar) = world.calendars.get(calendar) else {
        return missing(&engine);
    };
    let Ok(event) = calendar.event(id) else {
        return missing(&engine);
    };
    let page = EventPage {
        event: view(event, calendar, &engine.base_url),
        calendar: calendar.summary.clone(),
        account: calendar.account.clone(),
    };
    drop(world);
    Html(engine.pages.render("event.html", page)).into_response()
}

pub(crate) async fn show_meet(State(engine): State<Shared>, Path(code): Path<String>) -> Response {
    let shaped = code.split('-').map(str::len).eq([3, 4, 3])
        && code.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-');
    if !shaped {
        return missing(&engine);
    }
    let link = format!("{}/meet/{code}", engine.base_url);
    let title = {
        let world = engine.read();
        let mut events = world.calendars.values().flat_map(Calendar::all);
        events
            .find(|event| event.meet.as_ref().and_then(|meet| meet.link(&engine.base_url)) == Some(link.clone()))
            .map(|event| event.text("summary").to_owned())
    };
    Html(engine.pages.render("meet.html", MeetPage { code, title })).into_response()
}

fn missing(engine: &Shared) -> Response {
    (StatusCode::NOT_FOUND, Html(engine.pages.render("missing.html", ()))).into_response()
}

fn view(event: &Event, calendar: &Calendar, base_url: &str) -> EventView {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let private = event
        .fields
        .get("extendedProperties")
        .and_then(|properties| properties.get("private"));
    let title = event.text("summary");
    EventView {
        id: event.id.clone(),
        title: if title.is_empty() {
            "(No title)".to_owned()
        } else {
            title.to_owned()
        },
        when: when(event, &calendar.zone()),
        cancelled: event.is_cancelled(),
        transparent: event.text("transparency") == "transparent",
        by_hand: event.by_hand,
        is_copy: event.is_copy,
        organizer: event.organizer.clone(),
        guests: event
            .attendees()
            .map(|guest| {
                let answer = text(guest, "responseStatus");
                (
                    text(guest, "email"),
                    if answer.is_empty() {
                        "needsAction".to_owned()
                    } else {
                        answer
                    },
                )
            })
            .collect(),
        meet: event.meet.as_ref().and_then(|meet| meet.link(base_url)),
        meet_state: event.meet.as_ref().map_or("none", |meet| meet.state_name()),
        location: event.text("location").to_owned(),
        description: event.text("description").to_owned(),
        link: event.html_link(base_url, &calendar.id),
        private: private
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        etag: event.etag(),
    }
}

fn when(event: &Event, zone: &TimeZone) -> String {
    if let Some(day) = event.times.start.get("date").and_then(Value::as_str) {
        return format!("{day}, all day");
    }
    let local = |ms: i64| {
        Timestamp::from_millisecond(ms)
            .unwrap_or_default()
            .to_zoned(zone.clone())
    };
    let (starts, ends) = (local(event.times.starts), local(event.times.ends));
    let last = if starts.date() == ends.date() {
        "%H:%M"
    } else {
        "%A %-d %B %Y, %H:%M"
    };
    format!(
        "{} – {} ({})",
        starts.strftime("%A %-d %B %Y, %H:%M"),
        ends.strftime(last),
        starts.strftime("%Q")
    )
}
