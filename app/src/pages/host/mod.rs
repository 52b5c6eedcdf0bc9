//! A host's workplace.

pub mod access;
pub mod booking_rules;
pub mod home;
pub mod hours;
pub mod profile;
pub mod question_rows;
pub mod service;
pub mod services;
pub mod setup_checklist;
pub mod special_days;
pub mod timeline;
pub mod weekly_hours;
pub mod window_rows;
