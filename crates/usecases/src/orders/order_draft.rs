//! An order as its customer has put it together, checked but not yet claimed.

use jiff::Timestamp;
use timetap_core::orders::Participant;
use timetap_core::text::{EmailAddress, PersonName, PhoneNumber, ZoneName};
use uuid::Uuid;

/// What somebody orders.
#[derive(Clone, Debug)]
pub struct OrderDraft {
    /// The account that is signed in.
    pub user_id: Option<Uuid>,
    /// The cart that it comes from, which is emptied when the order is paid.
    pub cart_id: Option<Uuid>,
    /// The customer's name.
    pub name: PersonName,
    /// Their address for mail.
    pub email: EmailAddress,
    /// Their number.
    pub phone: Option<PhoneNumber>,
    /// The zone in which they read times.
    pub zone: ZoneName,
    /// Where to come to, for services at the customer's.
    pub address: Option<String>,
    /// What staff should know.
    pub notes: Option<String>,
    /// The form's own key: the same form makes one order.
    pub idempotency_key: String,
    /// What is ordered; at least one.
    pub items: Vec<DraftItem>,
}

/// One thing that is ordered.
#[derive(Clone, Debug)]
pub struct DraftItem {
    /// The service.
    pub service_id: Uuid,
    /// With whom, where the customer chose.
    pub staff_id: Option<Uuid>,
    /// When.
    pub choice: Choice,
    /// Who attends; each takes a seat where there are seats.
    pub participants: Vec<Participant>,
}

/// When something takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// At this start.
    At(Timestamp),
    /// On the dates of this occurrence.
    Occurrence(Uuid),
    /// Every week, by this template.
    Template(Uuid),
}
