//! A host's workplace.

mod calendar_choice;
mod connect_problem;
mod connection_row;
mod troubled_writes;
pub mod access;
pub mod booking;
pub mod booking_rules;
pub mod bookings;
pub mod change_booking;
pub mod home;
pub mod hours;
pub mod integrations;
pub mod profile;
pub mod question_rows;
pub mod service;
pub mod services;
pub mod setup_checklist;
pub mod special_days;
pub mod timeline;
pub mod weekly_hours;
pub mod why;
pub mod window_rows;
