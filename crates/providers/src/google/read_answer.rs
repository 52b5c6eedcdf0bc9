//! Reads a body as each kind of answer that Google gives, so that checks with bodies of any kind reach every reader.

use http::{HeaderMap, StatusCode};

use super::GoogleError;
use super::calendar::{read_busy_body, read_calendars_body, read_channel_body, read_events_body};
use super::classify::{classify_api, classify_oauth};
use super::oauth::read_grant_body;

/// What a body says, in words for a test, by everybody who would read it after a success; and what it means as a refusal
/// with this status. Nothing of it is kept.
pub fn read_answer(status: u16, body: &[u8]) -> (Vec<String>, Vec<GoogleError>) {
    let understood = [
        read_events_body(body),
        read_busy_body(body),
        read_calendars_body(body),
        read_channel_body(body),
        read_grant_body(body),
    ];
    let Ok(status) = StatusCode::from_u16(status) else {
        return (understood.into_iter().flatten().collect(), Vec::new());
    };
    let none = HeaderMap::new();
    let refusals = vec![classify_api(status, &none, body), classify_oauth(status, &none, body)];
    (understood.into_iter().flatten().collect(), refusals)
}
