//! Google Calendar API v3: one file per method. Every method makes one attempt with the access token that it is given.

mod delete_event;
mod event_draft;
mod get_event;
mod insert_event;
mod list_calendars;
mod list_events;
mod patch_event;
mod query_free_busy;
mod remote_event;
mod stop_channel;
mod watch_events;
mod wire_event;

pub(super) use self::list_calendars::read_calendars_body;
pub(super) use self::list_events::read_events_body;
pub(super) use self::query_free_busy::read_busy_body;
pub(super) use self::watch_events::read_channel_body;

pub use self::delete_event::Deleted;
pub use self::event_draft::{EventDraft, EventPatch, Guest};
pub use self::list_calendars::RemoteCalendar;
pub use self::list_events::{EventList, EventPage, EventQuery};
pub use self::query_free_busy::FreeBusy;
pub use self::remote_event::{Conference, RemoteEvent};
pub use self::watch_events::{Channel, WatchRequest};
