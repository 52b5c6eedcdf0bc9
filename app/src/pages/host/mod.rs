//! A host's workplace.

pub mod access;
pub mod booking;
pub mod booking_rules;
pub mod bookings;
pub mod calendar_choice;
pub mod change_booking;
mod connect_problem;
mod connection_row;
pub mod home;
pub mod hours;
pub mod integrations;
pub mod profile;
pub mod question_rows;
pub mod service;
pub mod services;
pub mod setup_checklist;
pub mod special_days;
mod sync_preferences;
pub mod timeline;
mod troubled_writes;
mod unknown_events;
pub mod weekly_hours;
pub mod why;
pub mod window_rows;
