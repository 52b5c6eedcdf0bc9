//! Queries about hosts, hours and services.

pub mod delete_override;
pub mod find_host;
pub mod find_service;
pub mod insert_host;
pub mod insert_service;
pub mod list_overrides;
pub mod list_services;
pub mod list_windows;
pub mod load_home;
pub mod replace_windows;
pub mod set_service_active;
pub mod set_service_positions;
pub mod touch_host;
pub mod update_booking_rules;
pub mod update_profile;
pub mod update_service;
pub mod upsert_override;
