//! What can be bought beyond an hour with its host: who serves, rooms, dated occurrences and weekly times.

pub mod call_off;
pub mod change_occurrence;
pub mod choose_service_people;
pub mod find_use;
pub mod insert_dated;
pub mod list_dated;
pub mod list_team;
pub mod rooms;
pub mod set_manager;
