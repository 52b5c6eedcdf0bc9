//! `start` and `end` of events, and the bounds of queries: read as Google reads them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::{Map, Value, json};

use super::event::EventTimes;
use crate::google::errors::ApiError;

enum Point {
    Day(Date),
    Instant(Timestamp),
}

/// Reads and checks `start` and `end` of an event's body.
pub(super) fn read_times(body: &Map<String, Value>, calendar_zone: &TimeZone) -> Result<EventTimes, ApiError> {
    let (start, start_json) = read_point(body, "start", calendar_zone)?;
    let (end, end_json) = read_point(body, "end", calendar_zone)?;
    let times = match (start, end) {
        (Point::Day(start), Point::Day(end)) => {
            if end <= start {
                return Err(ApiError::empty_range());
            }
            EventTimes::all_day(start, end, calendar_zone)
        }
        (Point::Instant(start), Point::Instant(end)) => {
            if end <= start {
                return Err(ApiError::empty_range());
            }
            EventTimes {
                starts: start.as_millisecond(),
                ends: end.as_millisecond(),
                start: start_json,
                end: end_json,
            }
        }
        _ => {
            let message = "Start and end times must either both be date or both be dateTime.";
            return Err(ApiError::invalid(message));
        }
    };
    Ok(times)
}

fn read_point(body: &Map<String, Value>, name: &str, calendar_zone: &TimeZone) -> Result<(Point, Value), ApiError> {
    let missing = || ApiError::required(format!("Missing {name} time."));
    let value = match body.get(name) {
        None | Some(Value::Null) => return Err(missing()),
        Some(Value::Object(value)) => value,
        Some(_) => return Err(ApiError::parse_error()),
    };
    let text = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(ApiError::parse_error()),
    };
    let zone_name = text("timeZone")?;
    let zone = zone_name
        .map(|zone| {
            TimeZone::get(zone).map_err(|_| ApiError::invalid(format!("Invalid time zone definition for {name} time.")))
        })
        .transpose()?;
    match (text("date")?, text("dateTime")?) {
        (None, None) => Err(missing()),
        (Some(_), Some(_)) => Err(ApiError::invalid(format!("Invalid {name} time."))),
        (Some(date), None) => {
            // Google wants yyyy-mm-dd and nothing else.
            let day = date.parse::<Date>().ok().filter(|_| date.len() == 10);
            let day = day.ok_or_else(|| ApiError::invalid(format!("Invalid value for: Invalid format: \"{date}\"")))?;
            Ok((Point::Day(day), json!({ "date": date })))
        }
        (None, Some(text)) => {
            let instant = match (text.parse::<Timestamp>(), &zone) {
                (Ok(instant), _) => instant,
                (Err(_), Some(zone)) => local_instant(text, zone)?,
                (Err(_), None) => {
                    text.parse::<DateTime>().map_err(|_| ApiError::bad_request())?;
                    let message = format!("Missing time zone definition for {name} time.");
                    return Err(ApiError::required(message));
                }
            };
            // Google gives times back in the calendar's offset, whatever they were written in.
            let shown = show(instant, calendar_zone);
            let zone = zone_name.or(calendar_zone.iana_name()).unwrap_or("UTC");
            Ok((Point::Instant(instant), json!({ "dateTime": shown, "timeZone": zone })))
        }
    }
}

fn local_instant(text: &str, zone: &TimeZone) -> Result<Timestamp, ApiError> {
    let civil = text
        .parse::<DateTime>()
        .ok()
        .filter(|_| text.contains('T'))
        .ok_or_else(ApiError::bad_request)?;
    zone.to_timestamp(civil).map_err(|_| ApiError::bad_request())
}

/// RFC 3339 with the zone's offset, to the second, `Z` in UTC.
pub(super) fn show(instant: Timestamp, zone: &TimeZone) -> String {
    let text = instant
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string();
    text.strip_suffix("+00:00")
        .map_or(text.clone(), |plain| format!("{plain}Z"))
}

/// A bound of a query: RFC 3339 with an offset.
pub(super) fn read_bound(name: &str, text: Option<&str>) -> Result<Option<i64>, ApiError> {
    let Some(text) = text else { return Ok(None) };
    match text.parse::<Timestamp>() {
        Ok(instant) if text.contains(['T', 't']) => Ok(Some(instant.as_millisecond())),
        _ => Err(ApiError::new(400, "global", "badRequest", "Bad Request").at("parameter", name)),
    }
}
