//! Calendars: connections to providers, what they say about their owners' time, and the events that are owed to them.
//!
//! The flow of a write: [`want_events()`] notes the wish in the transaction that changes an appointment; the job
//! [`write_calendar`] compares the wish with what was written (`write_task`), does the difference at Google
//! (`bring_event`), follows the Meet link (`conference_course`) and notes what came of it (`settle_written`, `settle_write`,
//! `write_failure`). Where an event is made for the first time, its place is noted with the claim of its job
//! (`prepare_inserts`), and what was written is noted for several jobs at once (`desk`). Once a day [`reconcile_calendar()`] compares what stands at Google with what we know.

mod add_upcoming;
mod apply_step;
mod begin_connect;
mod bring_event;
mod choose_calendars;
mod compare_events;
mod conference_course;
pub mod desk;
mod disconnect;
mod draft_event;
pub(crate) mod event_facts;
pub(crate) mod fail_write;
mod finish_connect;
mod google_account;
mod load_task;
pub(crate) mod marks;
mod need_reconnect;
mod oversee;
pub(crate) mod prepare_inserts;
mod read_calendars;
pub(crate) mod reconcile_calendar;
mod refresh_busy;
mod refresh_calendars;
mod retry_connection;
pub mod retry_write;
mod set_preferences;
mod settle_write;
mod settle_written;
mod tell_about_link;
mod try_event;
mod unknown_event;
mod view_calendar_status;
mod view_integrations;
mod want_all_events;
mod want_comparison;
pub mod want_event;
mod want_events;
mod while_a_person_waits;
pub(crate) mod write_calendar;
mod write_failure;
mod write_task;

pub use add_upcoming::add_upcoming;
pub use begin_connect::{BeginConnectError, begin_connect};
pub use choose_calendars::{CalendarsForm, ChooseCalendarsError, choose_calendars};
pub use disconnect::{DisconnectError, Farewell, disconnect};
pub use finish_connect::{Connected, FinishConnectError, finish_connect};
pub(crate) use oversee::{follow_change, oversee};
pub use reconcile_calendar::reconcile_calendar;
pub use refresh_busy::refresh_busy;
pub use refresh_calendars::refresh_calendars;
pub use retry_connection::{RetryConnectionError, retry_connection};
pub use retry_write::{RetryWriteError, retry_write};
pub use set_preferences::{Direction, Preferences, SetPreferencesError, set_preferences};
pub use timetap_providers::google::oauth::ConsentAnswer;
pub use timetap_store::calendars::list_troubled_writes::TroubledWrite;
pub use try_event::{TriedEvent, TryEventError, try_event};
pub use unknown_event::UnknownEvent;
pub use view_calendar_status::{CalendarStatus, EventStage, ItemStatus, ProviderStatus, view_calendar_status};
pub use view_integrations::{CalendarView, ConnectionView, Integrations, view_integrations};
pub use want_all_events::{WantAllEventsError, want_all_events};
pub use want_comparison::want_comparison;
pub use want_event::want_event;
pub use want_events::want_events;
pub(crate) use want_events::{PlannedEvents, is_by_hand, plan_events};
pub use write_calendar::{write_calendar, write_calendar_at};
