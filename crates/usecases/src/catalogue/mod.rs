//! What can be bought beyond an hour with its host, for those who offer it: dates with seats, weekly times, rooms, and who
//! works with whom.

pub mod add_occurrence;
pub mod add_template;
pub mod call_off_date;
pub mod change_dates;
mod date_access;
pub mod dated_fields;
pub mod finish_call_off;
pub mod list_dates;
pub mod list_team;
pub mod load_choices;
pub mod load_roster;
pub mod plan_template;
pub mod save_room;
pub mod set_manager;
mod take_days;
pub mod view_call_off;
pub(crate) mod weekly_time;

pub use add_occurrence::{OccurrenceForm, add_occurrence};
pub use add_template::{TemplateForm, add_template};
pub use call_off_date::{CallOffError, call_off_date};
pub use change_dates::{Dated, change_seats, set_template_active};
pub use dated_fields::AddDateError;
pub use finish_call_off::finish_call_off;
pub use list_dates::{DateView, DatesView, WeekView, WeeklyView, list_dates};
pub use list_team::{TeamMember, list_looked_after, list_team};
pub use load_choices::{Choices, load_choices};
pub use load_roster::{Roster, RosterEntry, load_roster};
pub use plan_template::plan_templates;
pub use save_room::{RoomForm, RoomView, list_rooms, save_room};
pub use set_manager::{list_managers, set_manager};
pub use view_call_off::{CallOffView, CalledOff, CalledOffBooking, view_call_off};
