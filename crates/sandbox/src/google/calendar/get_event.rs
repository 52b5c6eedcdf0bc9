//! `events.get`.

use http::header;

use super::{calendars::known, recurrence};
use crate::google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn};

/// The event, cancelled ones too; 304 where the caller's etag is the current one.
pub(super) fn get_event(
    turn: &mut Turn<'_>,
    calendar: &str,
    event: &str,
    incoming: &Incoming,
) -> Result<Answer, ApiError> {
    let calendar = known(turn.world, calendar)?;
    let event = match calendar.event(event) {
        Ok(event) => event.clone(),
        Err(error) => recurrence::instance(calendar, event).ok_or(error)?,
    };
    let etag = event.etag();
    if incoming
        .header(header::IF_NONE_MATCH)
        .is_some_and(|known| known == "*" || known == etag)
    {
        return Ok(Answer::empty(304).with_header(header::ETAG, etag));
    }
    Ok(Answer::json(200, &event.resource(turn.base_url, calendar)).with_header(header::ETAG, etag))
}
