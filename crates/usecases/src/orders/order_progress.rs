//! How far an order has got, in as few words as a waiting page needs.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use timetap_core::orders::OrderStatus;

use super::view_order::OrderView;

/// Calendars are waited for so long after the payment; then the order's own page shows the rest.
const WAIT_FOR_CALENDARS: SignedDuration = SignedDuration::from_secs(20);

/// One step of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Not begun.
    Waiting,
    /// Under way.
    Working,
    /// Done.
    Done,
    /// It will not come about.
    Failed,
}

/// The progress: read from the database at every call, so that it is right on every replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrderProgress {
    /// Where the order stands.
    pub status: String,
    /// Whether the money came.
    pub payment: Step,
    /// Whether everything is booked.
    pub appointments: Step,
    /// Whether it stands in calendars.
    pub calendars: Step,
    /// Each item's state.
    pub items: Vec<String>,
    /// Each appointment's calendar entry, and whether there is a link to meet.
    pub entries: Vec<(&'static str, bool)>,
    /// What went back, in minor units.
    pub refunded_minor: i64,
    /// Whether nothing more is going to change by itself.
    pub settled: bool,
    /// Whether there is nothing left to wait for on a page that does nothing but wait.
    pub over: bool,
}

/// The progress of an order.
pub fn progress_of(view: &OrderView, now: Timestamp) -> OrderProgress {
    let items: Vec<String> = view.items.iter().map(|item| item.item.status.clone()).collect();
    let is = |word: &str| items.iter().any(|status| status == word);
    let was_paid = view.status.was_paid();
    let closed = matches!(view.status, OrderStatus::Expired | OrderStatus::Cancelled);
    let payment = if was_paid {
        Step::Done
    } else if closed {
        Step::Failed
    } else {
        Step::Working
    };
    let appointments = match payment {
        Step::Done if is("held") => Step::Working,
        Step::Done if is("booked") => Step::Done,
        Step::Done | Step::Failed => Step::Failed,
        _ => Step::Waiting,
    };
    let calendars = match appointments {
        Step::Done if view.calendars_settled() => Step::Done,
        Step::Done => Step::Working,
        Step::Failed => Step::Failed,
        _ => Step::Waiting,
    };
    let paid_long_ago = view
        .order
        .paid_at
        .is_some_and(|paid| now.duration_since(paid.timestamp()) > WAIT_FOR_CALENDARS);
    OrderProgress {
        status: view.order.status.clone(),
        payment,
        appointments,
        calendars,
        entries: view
            .items
            .iter()
            .flat_map(|item| &item.appointments)
            .filter_map(|appointment| appointment.status.as_ref())
            .map(|status| (status.calendar, status.meet_link.is_some()))
            .collect(),
        items,
        refunded_minor: view.order.refunded_minor,
        settled: (closed || was_paid) && matches!(calendars, Step::Done | Step::Failed),
        over: closed
            || (was_paid
                && match calendars {
                    Step::Done | Step::Failed => true,
                    Step::Working => paid_long_ago,
                    Step::Waiting => false,
                }),
    }
}
