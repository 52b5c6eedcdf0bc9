//! What customers see: a host's page, the times of a service, and their bookings.

pub mod booking_list;
pub mod booking_page;
pub mod cancel_page;
pub mod choose_service;
pub mod choose_time;
pub mod chosen_time;
pub mod facts;
pub mod host_page;
pub mod my_bookings;
pub mod own_booking;
pub mod picker;
pub mod picker_view;
pub mod place;
pub mod private_page;
pub mod questions;
pub mod reschedule_page;
pub mod status_card;
pub mod subject;
pub mod zone_choice;
