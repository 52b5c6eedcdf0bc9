//! Booking: what is free, taking it, moving it, giving it back, and looking at it.

mod actor;
mod book_session;
mod booking_form;
mod booking_status;
mod calendar_stage;
mod cancel_appointment;
mod capability;
mod explain_slots;
mod find_offering;
mod invite_file;
mod list_bookings;
mod load_slot_inputs;
mod offer_month;
mod reschedule_appointment;
mod timeline;
mod view_booking;

pub use actor::{Actor, find_booking};
pub use book_session::{BookSessionError, Booked, book_session};
pub use booking_form::BookingForm;
pub use booking_status::{BookingStatus, booking_status};
pub use calendar_stage::CalendarStage;
pub(crate) use cancel_appointment::cancel_known;
pub use cancel_appointment::{CancelError, cancel_appointment};
pub(crate) use capability::make_capability;
pub use capability::{CAPABILITY_PLACE, open_capability};
pub use explain_slots::{ExplainError, ExplainedDay, Verdict, explain_slots};
pub use find_offering::{Offering, find_host_page, find_offering};
pub use invite_file::invite_file;
pub use list_bookings::{BookingPage, PAGE_SIZE, Party, Shelf, list_bookings};
pub use load_slot_inputs::{SlotInputs, load_slot_inputs};
pub use offer_month::{Look, MonthOffer, Moving, look_at, offer_month};
pub use reschedule_appointment::{RescheduleError, Rescheduled, reschedule_appointment};
pub(crate) use timeline::{host_time, note};
pub use view_booking::{BookingView, HostBookingView, view_booking, view_hosted_booking};
