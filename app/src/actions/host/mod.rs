//! Forms of the host pages.

mod call_off;
mod change_booking;
mod change_dates;
mod change_integrations;
mod change_services;
mod exchange;
mod refuse;
mod save_hours;
mod save_profile;
mod save_room;
mod save_service;

use super::Action;

/// Every action of this group and its address.
pub fn all() -> Vec<(&'static str, Action)> {
    vec![
        ("/host/integrations", change_integrations::change_integrations),
        ("/account/calendars", change_integrations::change_calendars),
        ("/host/bookings/{id}", change_booking::retry_calendar),
        ("/host/bookings/{id}/reschedule", change_booking::reschedule),
        ("/host/bookings/{id}/cancel", change_booking::cancel),
        ("/host/bookings/{id}/staff", exchange::exchange),
        ("/host/profile", save_profile::save_profile),
        ("/host/hours", save_hours::save_hours),
        ("/host/services", change_services::change_services),
        ("/host/services/new", save_service::create_service),
        ("/host/services/{id}/dates", change_dates::change_dates),
        ("/host/dates/{id}/call-off", call_off::call_off),
        ("/host/team", save_room::save_room),
        ("/host/team/{id}/services", change_services::change_services),
        ("/host/team/{id}/services/new", save_service::create_service_for),
        ("/host/services/{id}", save_service::update_service),
    ]
}
