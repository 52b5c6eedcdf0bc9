//! Reads the event resource of Calendar API v3. Lenient where a detail is odd (the detail is then missing), strict about
//! the one thing that everything hangs on: an id.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::remote_event::{Conference, RemoteEvent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireEvent {
    id: String,
    #[serde(default)]
    etag: String,
    #[serde(default)]
    status: String,
    html_link: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    location: Option<String>,
    start: Option<WireTime>,
    end: Option<WireTime>,
    original_start_time: Option<WireTime>,
    recurring_event_id: Option<String>,
    transparency: Option<String>,
    #[serde(default)]
    attendees: Vec<Value>,
    extended_properties: Option<WireProperties>,
    conference_data: Option<WireConference>,
    hangout_link: Option<String>,
    updated: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireTime {
    date: Option<String>,
    date_time: Option<String>,
    time_zone: Option<String>,
}

#[derive(Deserialize)]
struct WireProperties {
    #[serde(default)]
    private: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireConference {
    create_request: Option<WireCreateRequest>,
    #[serde(default)]
    entry_points: Vec<WireEntryPoint>,
}

#[derive(Deserialize)]
struct WireCreateRequest {
    status: Option<WireStatus>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    status_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireEntryPoint {
    entry_point_type: Option<String>,
    uri: Option<String>,
}

impl From<WireEvent> for RemoteEvent {
    fn from(event: WireEvent) -> Self {
        let conference = read_conference(event.conference_data.as_ref(), event.hangout_link.as_deref());
        let day = |time: &Option<WireTime>| time.as_ref().and_then(WireTime::day);
        let instant = |time: &Option<WireTime>| time.as_ref().and_then(WireTime::instant);
        Self {
            starts: instant(&event.start),
            ends: instant(&event.end),
            all_day: day(&event.start).zip(day(&event.end)),
            transparent: event.transparency.as_deref() == Some("transparent"),
            declined: event
                .attendees
                .iter()
                .any(|guest| guest["self"] == true && guest["responseStatus"] == "declined"),
            attendees: event.attendees,
            recurring_event_id: event.recurring_event_id,
            original_start: instant(&event.original_start_time),
            private: event
                .extended_properties
                .map(|properties| properties.private)
                .unwrap_or_default(),
            conference,
            updated: event.updated.and_then(|text| text.parse().ok()),
            id: event.id,
            etag: event.etag,
            status: event.status,
            html_link: event.html_link.filter(|link| is_web_link(link)),
            summary: event.summary,
            description: event.description,
            location: event.location,
        }
    }
}

impl WireTime {
    fn day(&self) -> Option<Date> {
        self.date.as_deref()?.parse().ok()
    }

    /// With an offset, as Google always answers; or, as its documents also allow, a wall time in the zone beside it.
    fn instant(&self) -> Option<Timestamp> {
        let text = self.date_time.as_deref()?;
        text.parse::<Timestamp>().ok().or_else(|| {
            let wall: DateTime = text.parse().ok()?;
            Some(wall.in_tz(self.time_zone.as_deref()?).ok()?.timestamp())
        })
    }
}

/// The status of our request decides, because entry points of an earlier conference may still be there while a new one is
/// made. Entry points come in no promised order.
fn read_conference(data: Option<&WireConference>, hangout_link: Option<&str>) -> Conference {
    let video = data.and_then(|data| {
        data.entry_points
            .iter()
            .filter(|e| e.entry_point_type.as_deref() == Some("video"))
            .find_map(|e| e.uri.as_deref())
    });
    let link = [video, hangout_link]
        .into_iter()
        .flatten()
        .find(|link| is_web_link(link));
    let ready = link.map(|link| Conference::Ready { link: link.to_owned() });
    let Some(request) = data.and_then(|data| data.create_request.as_ref()) else {
        return ready.unwrap_or(Conference::None);
    };
    match request.status.as_ref().and_then(|status| status.status_code.as_deref()) {
        Some("failure") => Conference::Failed,
        // Made, but without a video link: asking again is all that can help.
        Some("success") => ready.unwrap_or(Conference::Failed),
        _ => Conference::Pending,
    }
}

/// Links end up in pages and mails, so nothing else than web addresses passes.
fn is_web_link(link: &str) -> bool {
    Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn read(event: Value) -> RemoteEvent {
        serde_json::from_value::<WireEvent>(event).unwrap().into()
    }

    fn conference(data: &Value, hangout: Option<&str>) -> Conference {
        read(json!({ "id": "e", "conferenceData": data, "hangoutLink": hangout })).conference
    }

    #[test]
    fn reads_a_whole_event() {
        let event = read(json!({
            "kind": "calendar#event", "etag": "\"3\"", "id": "tt1", "status": "confirmed",
            "htmlLink": "https://www.google.com/calendar/event?eid=x", "summary": "Session",
            "updated": "2026-11-20T10:00:00.123Z",
            "start": { "dateTime": "2026-11-24T15:00:00+01:00", "timeZone": "Europe/Madrid" },
            "end": { "dateTime": "2026-11-24T16:00:00+01:00", "timeZone": "Europe/Madrid" },
            "attendees": [
                { "email": "kim@example.test", "responseStatus": "declined" },
                { "email": "ada@example.test", "self": true, "responseStatus": "accepted" },
            ],
            "extendedProperties": { "private": { "k": "v" }, "shared": { "other": "x" } },
        }));
        assert_eq!(event.etag, "\"3\"");
        assert_eq!(event.starts, Some("2026-11-24T14:00:00Z".parse().unwrap()));
        assert_eq!(event.ends, Some("2026-11-24T15:00:00Z".parse().unwrap()));
        assert_eq!(event.updated, Some("2026-11-20T10:00:00.123Z".parse().unwrap()));
        assert_eq!(event.private, BTreeMap::from([("k".into(), "v".into())]));
        assert!(!event.declined && !event.transparent && !event.is_cancelled());
        assert_eq!(event.conference, Conference::None);
    }

    #[test]
    fn a_deleted_event_needs_no_more_than_its_id() {
        let event = read(json!({ "id": "tt1", "status": "cancelled" }));
        assert!(event.is_cancelled());
        assert_eq!((event.starts, event.all_day), (None, None));
    }

    #[test]
    fn tells_whole_days_from_instants() {
        let event = read(json!({
            "id": "e", "transparency": "transparent", "start": { "date": "2026-11-24" }, "end": { "date": "2026-11-26" },
            "attendees": [{ "self": true, "responseStatus": "declined" }],
        }));
        assert_eq!(
            event.all_day,
            Some((jiff::civil::date(2026, 11, 24), jiff::civil::date(2026, 11, 26)))
        );
        assert_eq!(event.starts, None);
        assert!(event.transparent && event.declined);
    }

    #[test]
    fn reads_a_wall_time_in_its_zone() {
        let event =
            read(json!({ "id": "e", "start": { "dateTime": "2026-07-01T15:00:00", "timeZone": "Europe/Madrid" } }));
        assert_eq!(event.starts, Some("2026-07-01T13:00:00Z".parse().unwrap()));
    }

    #[rstest]
    #[case(json!({ "createRequest": { "requestId": "r", "status": { "statusCode": "pending" } } }), None, Conference::Pending)]
    #[case(json!({ "createRequest": { "requestId": "r" } }), None, Conference::Pending)]
    #[case(json!({ "createRequest": { "status": { "statusCode": "failure" } } }), None, Conference::Failed)]
    #[case(json!({ "createRequest": { "status": { "statusCode": "success" } }, "entryPoints": [{ "entryPointType": "phone", "uri": "tel:+34-1" }] }), None, Conference::Failed)]
    // The video entry is not the first one.
    #[case(json!({ "createRequest": { "status": { "statusCode": "success" } }, "entryPoints": [{ "entryPointType": "phone", "uri": "tel:+34-1" }, { "entryPointType": "video", "uri": "https://meet.google.com/a" }] }), Some("https://meet.google.com/b"), Conference::Ready { link: "https://meet.google.com/a".into() })]
    #[case(json!({ "createRequest": { "status": { "statusCode": "success" } } }), Some("https://meet.google.com/b"), Conference::Ready { link: "https://meet.google.com/b".into() })]
    // Links of an earlier conference do not count while a new one is made.
    #[case(json!({ "createRequest": { "status": { "statusCode": "pending" } }, "entryPoints": [{ "entryPointType": "video", "uri": "https://meet.google.com/old" }] }), None, Conference::Pending)]
    #[case(Value::Null, Some("https://meet.google.com/b"), Conference::Ready { link: "https://meet.google.com/b".into() })]
    #[case(Value::Null, Some("javascript:alert(1)"), Conference::None)]
    #[case(Value::Null, None, Conference::None)]
    fn reads_how_far_the_conference_got(
        #[case] data: Value,
        #[case] hangout: Option<&str>,
        #[case] expected: Conference,
    ) {
        assert_eq!(conference(&data, hangout), expected);
    }
}
