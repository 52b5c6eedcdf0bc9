//! The tables as sea-orm sees them, one file each.

pub mod appointment;
pub mod busy_interval;
pub mod calendar_connection;
pub mod calendar_write;
pub mod claim;
pub mod connection_calendar;
pub mod host;
pub mod job;
pub mod login_session;
pub mod message;
pub mod oauth_attempt;
pub mod one_time_token;
pub mod rate_limit;
pub mod schedule_override;
pub mod schedule_window;
pub mod service;
pub mod setting;
pub mod timeline;
pub mod user;
