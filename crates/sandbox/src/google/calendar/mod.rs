//! Calendar API v3: who may call, how often, and which operation runs.

pub(crate) mod attendee_copies;
pub(crate) mod calendars;
pub(crate) mod channels;
pub(crate) mod conference;
mod delete_event;
pub(crate) mod event;
mod get_calendar;
mod get_event;
mod insert_event;
mod invitations;
mod list_calendars;
mod list_events;
pub(crate) mod notify;
mod page_tokens;
mod query_freebusy;
mod recurrence;
mod stop_channel;
mod times;
mod update_event;
mod watch_events;
pub(crate) mod write;

pub(crate) use delete_event::delete_event;
pub(crate) use insert_event::insert_event;
pub(crate) use update_event::{Change, change_event};

use super::{
    answer::Answer,
    errors::ApiError,
    oauth::scopes::{self, Need},
    operation::Operation,
    request::Incoming,
    turn::Turn,
};

/// Checks bearer, quota and scope, then runs the operation.
pub(crate) fn run(turn: &mut Turn<'_>, operation: &Operation, incoming: &Incoming) -> Answer {
    authorized(turn, operation, incoming).unwrap_or_else(Answer::from)
}

fn authorized(turn: &mut Turn<'_>, operation: &Operation, incoming: &Incoming) -> Result<Answer, ApiError> {
    let need = match operation {
        Operation::ListCalendars | Operation::GetCalendarEntry { .. } => Need::CalendarList,
        Operation::GetCalendar { .. } => Need::Calendar,
        Operation::QueryFreeBusy => Need::FreeBusy,
        Operation::GetEvent { .. }
        | Operation::ListEvents { .. }
        | Operation::WatchEvents { .. }
        | Operation::StopChannel => Need::ReadEvents,
        Operation::InsertEvent { .. }
        | Operation::PatchEvent { .. }
        | Operation::UpdateEvent { .. }
        | Operation::DeleteEvent { .. } => Need::WriteEvents,
        _ => return Err(ApiError::not_found()),
    };
    let token = incoming.bearer().ok_or_else(ApiError::login_required)?;
    let (account, granted) = turn
        .world
        .grants
        .check_access(token, turn.now)
        .ok_or_else(ApiError::invalid_credentials)?;
    turn.world.quota.count(&account, turn.now, turn.options.quotas)?;
    if !scopes::allow(&granted, need) {
        return Err(ApiError::insufficient_scope());
    }
    let calendar = operation.calendar().map(|id| {
        if id == "primary" {
            account.clone()
        } else {
            id.to_owned()
        }
    });
    if let Some(calendar) = &calendar {
        calendars::visible(turn.world, &account, calendar)?;
    }
    let calendar = calendar.as_deref().unwrap_or_default();
    match operation {
        Operation::ListCalendars => list_calendars::list_calendars(turn, &account, &incoming.query),
        Operation::GetCalendarEntry { .. } => list_calendars::get_entry(turn, calendar),
        Operation::GetCalendar { .. } => get_calendar::get_calendar(turn, calendar),
        Operation::QueryFreeBusy => query_freebusy::query_freebusy(turn, &account, incoming),
        Operation::InsertEvent { .. } => insert_event::answer(turn, calendar, incoming),
        Operation::GetEvent { event, .. } => get_event::get_event(turn, calendar, event, incoming),
        Operation::PatchEvent { event, .. } => update_event::answer(turn, calendar, event, incoming, Change::Patch),
        Operation::UpdateEvent { event, .. } => update_event::answer(turn, calendar, event, incoming, Change::Replace),
        Operation::DeleteEvent { event, .. } => delete_event::answer(turn, calendar, event, incoming),
        Operation::ListEvents { .. } => list_events::list_events(turn, calendar, &incoming.query),
        Operation::WatchEvents { .. } => watch_events::watch_events(turn, &account, calendar, incoming),
        Operation::StopChannel => stop_channel::stop_channel(turn, &account, incoming),
        _ => Err(ApiError::not_found()),
    }
}
