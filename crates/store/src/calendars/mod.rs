//! Queries about connections, busy times and calendar writes.

mod change_row;
pub mod find_connection;
pub mod keep_connection;
pub mod list_connected;
pub mod list_connection_health;
pub mod list_event_owners;
pub mod list_overseen;
pub mod list_troubled_writes;
pub mod list_upcoming;
pub mod list_writes;
pub mod load_writes;
pub mod note_connection_state;
pub mod note_events;
pub mod note_next_attempt;
pub mod note_write;
pub mod oauth_attempts;
pub mod oldest_busy_check;
pub mod replace_busy;
pub mod replace_calendars;
pub mod standing;
pub mod token_lease;
pub mod upsert_write;
