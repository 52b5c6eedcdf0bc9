//! Queries about claims and appointments.

pub mod append_timeline;
pub mod cancel_appointment;
mod change_scheduled;
pub mod find_appointment;
pub mod find_offering;
pub mod hand_over;
pub mod insert_appointment;
pub mod insert_claim;
pub mod list_appointments;
pub mod load_calendar_health;
pub mod load_host_time;
pub mod load_taken;
pub mod load_write;
pub mod lock_appointments;
pub mod lock_host;
pub mod move_appointment;
pub mod move_claim;
pub mod release_claim;
pub mod remove_expired_holds;
pub mod write_booking;
