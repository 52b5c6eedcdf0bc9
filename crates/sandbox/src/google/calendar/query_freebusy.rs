//! `freebusy.query`.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{
    calendars::{Calendar, visible},
    event::Event,
    recurrence, times,
};
use crate::google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn};

/// Calendars answered in one query at most.
const MOST_CALENDARS: usize = 50;

/// Busy times of the asked calendars. A calendar that cannot be read has errors in place of times.
pub(super) fn query_freebusy(turn: &mut Turn<'_>, account: &str, incoming: &Incoming) -> Result<Answer, ApiError> {
    let body = incoming.json()?;
    let bound = |name: &str| {
        let text = body.get(name).and_then(Value::as_str);
        times::read_bound(name, text)?
            .ok_or_else(|| ApiError::required(format!("Missing required field: {name}")).at("parameter", name))
    };
    let (from, until) = (bound("timeMin")?, bound("timeMax")?);
    if until <= from {
        return Err(ApiError::empty_range());
    }
    let zone = match body.get("timeZone").and_then(Value::as_str) {
        None => TimeZone::UTC,
        Some(name) => TimeZone::get(name).map_err(|_| ApiError::invalid(format!("Invalid time zone: {name}")))?,
    };
    if body
        .get("calendarExpansionMax")
        .and_then(Value::as_u64)
        .is_some_and(|max| max > 50)
    {
        return Err(ApiError::invalid("Invalid value for: calendarExpansionMax"));
    }
    let expansion = body
        .get("calendarExpansionMax")
        .and_then(Value::as_u64)
        .and_then(|max| usize::try_from(max).ok());
    let most = expansion.unwrap_or(MOST_CALENDARS);
    let none = Vec::new();
    let items = body.get("items").and_then(Value::as_array).unwrap_or(&none);
    let mut calendars = Map::new();
    for (index, item) in items.iter().enumerate() {
        let Some(asked) = item.get("id").and_then(Value::as_str) else {
            return Err(ApiError::required("Missing required field: id"));
        };
        let id = if asked == "primary" { account } else { asked };
        let error = |reason: &str| json!({ "errors": [{ "domain": "global", "reason": reason }], "busy": [] });
        let answer = if index >= most {
            error("tooManyCalendarsRequested")
        } else {
            match visible(turn.world, account, id) {
                Err(_) => error("notFound"),
                Ok(calendar) => {
                    let busy: Vec<_> = merge(busy_spans(calendar, account).into_iter(), from, until)
                        .into_iter()
                        .map(|(start, end)| json!({ "start": show(start, &zone), "end": show(end, &zone) }))
                        .collect();
                    json!({ "busy": busy })
                }
            }
        };
        calendars.insert(asked.to_owned(), answer);
    }
    let body = json!({
        "kind": "calendar#freeBusy", "timeMin": show(from, &TimeZone::UTC), "timeMax": show(until, &TimeZone::UTC),
        "calendars": calendars,
    });
    Ok(Answer::json(200, &body))
}

/// The times of all events that make the account busy, of series every instance.
fn busy_spans(calendar: &Calendar, account: &str) -> Vec<(i64, i64)> {
    let span = |event: &Event| (event.times.starts, event.times.ends);
    let mut spans = Vec::new();
    for event in calendar.all().filter(|event| event.is_busy_for(account)) {
        if event.is_series() {
            spans.extend(recurrence::instances(event, calendar).iter().map(span));
        } else {
            spans.push(span(event));
        }
    }
    spans
}

/// Clips to the range, sorts, and joins what touches.
fn merge(spans: impl Iterator<Item = (i64, i64)>, from: i64, until: i64) -> Vec<(i64, i64)> {
    let mut spans: Vec<_> = spans
        .map(|(start, end)| (start.max(from), end.min(until)))
        .filter(|(start, end)| start < end)
        .collect();
    spans.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::with_capacity(spans.len());
    for (start, end) in spans {
        match merged.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => merged.push((start, end)),
        }
    }
    merged
}

fn show(milliseconds: i64, zone: &TimeZone) -> String {
    times::show(Timestamp::from_millisecond(milliseconds).unwrap_or_default(), zone)
}
