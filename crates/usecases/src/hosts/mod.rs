//! Hosts: profile, hours and services.
//!
//! Every use case takes the acting account's id. Profile, hours and rules are one's own alone; services are also looked after
//! by whoever may act for their host (`works_for`), and the use cases take the host from the service. Changes of
//! one host are made one after the other: each holds the host's row first (see [`require_host`]).

mod clock_time;
mod day_windows;
pub mod host_view;
pub mod list_services;
pub mod load_home;
pub mod load_host;
pub mod load_hours;
pub mod load_rules;
pub mod load_service;
pub mod move_service;
mod offer_fields;
pub mod propose_profile;
pub mod remove_override;
pub mod require_host;
pub mod save_booking_rules;
pub mod save_override;
pub mod save_profile;
pub mod save_service;
pub mod save_weekly_hours;
mod service_fields;
pub mod service_view;
pub mod set_service_active;
mod suggest_free_slug;
mod window_rows;
mod works_for;

pub use clock_time::format_clock_time;
pub(crate) use clock_time::read_clock_time;
pub use host_view::{BookingRules, CalendarPolicy, HostView};
pub use list_services::list_services;
pub use load_home::{CalendarHealth, HomeAppointment, HomeView, Unreached, load_home};
pub use load_host::{load_host, load_host_by_slug, load_host_for};
pub use load_hours::{HoursView, SpecialDay, load_hours};
pub use load_rules::load_rules;
pub(crate) use load_rules::make_rules;
pub use load_service::load_service;
pub use move_service::{Direction, move_service};
pub use propose_profile::{ProposedProfile, propose_profile};
pub use remove_override::remove_override;
pub use require_host::HostRefused;
pub(crate) use require_host::{find_host_of, require_host_for, require_host_of};
pub(crate) use save_booking_rules::parse_number;
pub use save_booking_rules::{BookingRulesForm, save_booking_rules};
pub(crate) use save_override::parse_plain_date;
pub use save_override::{OverrideForm, save_override};
pub use save_profile::{ProfileForm, save_profile};
pub use save_service::{QuestionForm, ServiceForm, add_service_for, save_service};
pub use save_weekly_hours::{WEEKDAYS, WeeklyHoursForm, save_weekly_hours};
pub use service_view::ServiceView;
pub use set_service_active::set_service_active;
pub use window_rows::WindowForm;
pub(crate) use works_for::{acts_for, find_acting, find_service_for, works_for};
