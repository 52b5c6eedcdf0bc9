//! `freeBusy.query`: when calendars are busy, without seeing why.

use std::collections::BTreeMap;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use timetap_core::span::Span;

use super::super::redact::keep_word;
use super::super::{GoogleClient, GoogleError};

/// `calendarExpansionMax` cannot be more.
const MOST_CALENDARS: usize = 50;
/// Google refuses spans of about three months with `timeRangeTooLong`; the exact limit is not documented.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(60 * 24);

/// For each calendar its busy times, sorted and merged, or the reason why they are not known. Not known is not free.
pub type FreeBusy = BTreeMap<String, Result<Vec<Span>, String>>;

#[derive(Deserialize)]
struct WireAnswer {
    #[serde(default)]
    calendars: BTreeMap<String, WireCalendar>,
}

#[derive(Deserialize)]
struct WireCalendar {
    #[serde(default)]
    errors: Vec<WireError>,
    busy: Option<Vec<WireBusy>>,
}

#[derive(Deserialize)]
struct WireError {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct WireBusy {
    start: String,
    end: String,
}

impl GoogleClient {
    /// Asks when the calendars `ids` are busy within `span`. Every id that was asked is in the answer.
    ///
    /// Google takes 50 calendars and some weeks at a time, so a long list or span becomes several requests; if one of
    /// them fails, so does the whole.
    pub async fn query_free_busy(
        &self,
        access: &SecretString,
        ids: &[String],
        span: Span,
    ) -> Result<FreeBusy, GoogleError> {
        let mut answer: FreeBusy = ids.iter().map(|id| (id.clone(), Ok(Vec::new()))).collect();
        let distinct: Vec<String> = answer.keys().cloned().collect();
        for ids in distinct.chunks(MOST_CALENDARS) {
            for piece in split_span(span) {
                let request = self
                    .calendar_request(Method::POST, &["freeBusy"], access)?
                    .json(&json!({
                        "timeMin": piece.start.to_string(),
                        "timeMax": piece.end.to_string(),
                        "calendarExpansionMax": MOST_CALENDARS,
                        "items": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
                    }));
                let mut got: WireAnswer = self.call("freebusy.query", request).await?.decode()?;
                for id in ids {
                    let busy = got
                        .calendars
                        .remove(id)
                        .map_or_else(|| Err("missing".to_owned()), read_calendar);
                    if let Some(known) = answer.get_mut(id) {
                        add_piece(known, busy);
                    }
                }
            }
        }
        for busy in answer.values_mut().flatten() {
            *busy = Span::merge(std::mem::take(busy));
        }
        Ok(answer)
    }
}

/// One unknown piece makes the whole unknown.
fn add_piece(known: &mut Result<Vec<Span>, String>, piece: Result<Vec<Span>, String>) {
    match (known.as_mut(), piece) {
        (Ok(known), Ok(piece)) => known.extend(piece),
        (Ok(_), Err(reason)) => *known = Err(reason),
        (Err(_), _) => {}
    }
}

/// A calendar with an error is unknown, whatever stands beside the error; so is one without a list of busy times, or with
/// a time that cannot be read.
fn read_calendar(calendar: WireCalendar) -> Result<Vec<Span>, String> {
    if let Some(error) = calendar.errors.first() {
        return Err(keep_word(&error.reason));
    }
    let unreadable = || "unreadable".to_owned();
    let mut spans = Vec::new();
    for busy in calendar.busy.ok_or_else(unreadable)? {
        let start: Timestamp = busy.start.parse().map_err(|_| unreadable())?;
        let end: Timestamp = busy.end.parse().map_err(|_| unreadable())?;
        // An event without length keeps nobody busy.
        if start != end {
            spans.push(Span::new(start, end).map_err(|_| unreadable())?);
        }
    }
    Ok(spans)
}

fn split_span(span: Span) -> Vec<Span> {
    let mut pieces = Vec::new();
    let mut start = span.start;
    while start < span.end {
        let end = start
            .checked_add(LONGEST_SPAN)
            .map_or(span.end, |end| end.min(span.end));
        pieces.push(Span { start, end });
        start = end;
    }
    pieces
}

/// What the reader of busy times makes of `body`.
pub(crate) fn read_busy_body(body: &[u8]) -> Option<String> {
    let answer: WireAnswer = serde_json::from_slice(body).ok()?;
    let busy: Vec<_> = answer.calendars.into_values().map(read_calendar).collect();
    let merged: Vec<_> = busy.iter().flatten().cloned().map(Span::merge).collect();
    Some(format!("{busy:?} {merged:?}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(json: &str) -> Result<Vec<Span>, String> {
        read_calendar(serde_json::from_str(json).unwrap())
    }

    #[rstest]
    #[case(r#"{"errors":[{"domain":"global","reason":"notFound"}],"busy":[]}"#, "notFound")]
    #[case(r#"{"errors":[{"domain":"global","reason":"internalError"}]}"#, "internalError")]
    #[case(r#"{"errors":[{}],"busy":[]}"#, "unknown")]
    #[case("{}", "unreadable")]
    #[case(r#"{"busy":[{"start":"yesterday","end":"2026-11-24T11:00:00Z"}]}"#, "unreadable")]
    #[case(
        r#"{"busy":[{"start":"2026-11-24T12:00:00Z","end":"2026-11-24T11:00:00Z"}]}"#,
        "unreadable"
    )]
    fn what_is_not_known_never_reads_as_free(#[case] json: &str, #[case] reason: &str) {
        assert_eq!(read(json), Err(reason.to_owned()));
    }

    #[test]
    fn reads_busy_times() {
        let busy = read(
            r#"{"busy":[{"start":"2026-11-24T11:00:00+01:00","end":"2026-11-24T11:00:00Z"},{"start":"2026-11-24T15:00:00Z","end":"2026-11-24T15:00:00Z"}]}"#,
        );
        let expected = Span::new(
            "2026-11-24T10:00:00Z".parse().unwrap(),
            "2026-11-24T11:00:00Z".parse().unwrap(),
        );
        assert_eq!(busy, Ok(vec![expected.unwrap()]));
        assert_eq!(read(r#"{"busy":[]}"#), Ok(vec![]));
    }

    #[test]
    fn one_unknown_piece_makes_all_unknown() {
        let mut known = Ok(vec![]);
        add_piece(&mut known, Err("internalError".into()));
        add_piece(&mut known, Ok(vec![]));
        assert_eq!(known, Err("internalError".to_owned()));
    }

    #[test]
    fn a_year_is_asked_in_pieces_without_gaps() {
        let span = Span::new(
            "2026-11-20T00:00:00Z".parse().unwrap(),
            "2027-11-20T00:00:00Z".parse().unwrap(),
        )
        .unwrap();
        let pieces = split_span(span);
        assert_eq!(pieces.len(), 7);
        assert_eq!((pieces[0].start, pieces[6].end), (span.start, span.end));
        assert!(pieces.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert!(pieces.iter().all(|piece| piece.duration() <= LONGEST_SPAN));
        let last = Span::new(Timestamp::MAX - SignedDuration::from_hours(1), Timestamp::MAX).unwrap();
        assert_eq!(split_span(last), [last]);
    }
}
