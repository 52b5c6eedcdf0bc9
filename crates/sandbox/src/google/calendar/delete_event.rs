//! `events.delete`.

use super::{
    calendars::{known, known_mut},
    invitations::{self, Occasion},
    recurrence,
    write::{self, WriteOptions},
};
use crate::google::{answer::Answer, errors::ApiError, request::Incoming, turn::Turn};

pub(super) fn answer(
    turn: &mut Turn<'_>,
    calendar: &str,
    event: &str,
    incoming: &Incoming,
) -> Result<Answer, ApiError> {
    let options = WriteOptions::read(incoming)?;
    known(turn.world, calendar)?.check_writable()?;
    delete_event(turn, calendar, event, &options)?;
    Ok(Answer::empty(204).with_effect())
}

/// Cancels the event; it stays readable, and its id stays taken.
pub(crate) fn delete_event(
    turn: &mut Turn<'_>,
    calendar_id: &str,
    event_id: &str,
    options: &WriteOptions,
) -> Result<(), ApiError> {
    recurrence::detach(known_mut(turn.world, calendar_id)?, event_id);
    let calendar = known(turn.world, calendar_id)?;
    let account = calendar.account.clone();
    let event = calendar.event(event_id)?;
    if event.is_cancelled() {
        return Err(ApiError::deleted());
    }
    options.check_etag(&event.etag())?;
    let version = turn.world.next_change();
    let calendar = known_mut(turn.world, calendar_id)?;
    let event = calendar.event_mut(event_id)?;
    "cancelled".clone_into(&mut event.status);
    event.version = version;
    event.updated = turn.now;
    event.sequence += 1;
    let event = event.clone();
    recurrence::cancel_exceptions(calendar, &event);
    write::spread_change(turn.world, turn.now, turn.entropy, calendar_id, event_id);
    invitations::send(turn, &event, &account, options.send_updates, &Occasion::Cancelled);
    Ok(())
}
