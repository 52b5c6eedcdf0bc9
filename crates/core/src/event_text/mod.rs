//! What a calendar event says: of a session that host and customer share, and of an appointment of an order, where each person
//! has an event of their own.

mod role_text;
mod session_text;
mod tame;

pub use role_text::{EventRole, RoleText, role_description, role_title};
pub use session_text::{Manage, SessionText, session_description, session_title};
