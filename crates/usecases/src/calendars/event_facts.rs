//! What the events of an appointment are made of, beyond the appointment itself: who serves, the order, the place.

use jiff::tz::TimeZone;
use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::event_text::RoleText;
use timetap_core::ical::Daily;
use timetap_core::location::LocationKind;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::{OrderStatus, Participant};
use timetap_core::questions::Answer;
use timetap_store::entities::{appointment, host, order, order_item, room, user};
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// The facts, with nothing in them that a customer may not read of their own order, save the participants' names.
#[derive(Debug)]
pub(crate) struct EventFacts {
    /// Who serves, as their page names them.
    pub(crate) staff_name: String,
    staff_email: String,
    staff_phone: Option<String>,
    /// The order that it belongs to.
    pub(crate) order: Option<order::Model>,
    /// Names and ages of who attends; their notes and allergies stay sealed.
    pub(crate) participants: Vec<String>,
    /// Where the customer is visited.
    address: Option<String>,
    /// The service's own place.
    place: Option<String>,
    /// Whether that is an address or a room, not a call or a link.
    is_in_person: bool,
    /// The room, with its address.
    pub(crate) room: Option<String>,
    answers: Vec<Answer>,
    payment: Option<String>,
}

impl EventFacts {
    /// The facts of `appointment`.
    ///
    /// # Errors
    /// The database refuses, or a row says something that no rule allows.
    pub(crate) async fn load(
        on: &impl ConnectionTrait,
        app: &TimeTap,
        appointment: &appointment::Model,
    ) -> Result<Self, Unexpected> {
        let broken = |what: &str| Unexpected::Inconsistent(format!("appointment {}: {what}", appointment.id));
        let account = user::Entity::find_by_id(appointment.host_id).one(on).await?;
        let account = account.ok_or_else(|| broken("it has no host"))?;
        let profile = host::Entity::find_by_id(appointment.host_id).one(on).await?;
        let room = match appointment.room_id {
            Some(id) => room::Entity::find_by_id(id).one(on).await?,
            None => None,
        };
        let (order, participants) = match appointment.order_item_id {
            Some(id) => find_ordered(on, app, id).await?,
            None => (None, Vec::new()),
        };
        let (public_phone, staff_name) = match profile {
            Some(profile) => (profile.phone, profile.display_name),
            None => (None, account.name),
        };
        let room = room.map(|room| match room.address.trim() {
            "" => room.name,
            address => format!("{}, {address}", room.name),
        });
        let (address, place) = places(appointment, room.as_deref(), order.as_ref());
        Ok(Self {
            staff_name,
            staff_email: account.email,
            staff_phone: account.phone.or(public_phone),
            participants,
            is_in_person: room.is_some()
                || matches!(
                    appointment.location_kind.parse(),
                    Ok(LocationKind::InPerson | LocationKind::AtCustomer)
                ),
            address,
            place,
            room,
            answers: serde_json::from_value(appointment.answers.clone()).map_err(|_| broken("answers"))?,
            payment: order.as_ref().map(payment_words).transpose()?,
            order,
        })
    }

    /// The facts for somebody whose page of the appointment is `url`.
    pub(crate) fn text<'a>(&'a self, appointment: &'a appointment::Model, url: &'a str) -> RoleText<'a> {
        RoleText {
            service: &appointment.service_title,
            order_number: self.order.as_ref().map(|order| order.number.as_str()),
            customer_name: &appointment.customer_name,
            customer_email: &appointment.customer_email,
            customer_phone: appointment.customer_phone.as_deref(),
            staff_name: &self.staff_name,
            staff_email: &self.staff_email,
            staff_phone: self.staff_phone.as_deref(),
            notes: self.order.as_ref().and_then(|order| order.notes.as_deref()),
            address: self.address.as_deref(),
            place: self.place.as_deref(),
            is_in_person: self.is_in_person,
            participants: &self.participants,
            answers: &self.answers,
            payment: self.payment.as_deref(),
            url,
        }
    }
}

/// The order of an item, and the names of who attends.
async fn find_ordered(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item_id: Uuid,
) -> Result<(Option<order::Model>, Vec<String>), Unexpected> {
    let Some(item) = order_item::Entity::find_by_id(item_id).one(on).await? else {
        return Ok((None, Vec::new()));
    };
    let participants = read_participants(app, &item)?;
    let order = order::Entity::find_by_id(item.order_id).one(on).await?;
    Ok((order, participants.iter().map(Participant::label).collect()))
}

/// Who attends what was ordered.
///
/// # Errors
/// The key that it was sealed with is not configured, or the row was tampered with.
pub(crate) fn read_participants(app: &TimeTap, item: &order_item::Model) -> Result<Vec<Participant>, Unexpected> {
    use secrecy::ExposeSecret;
    let Some(sealed) = &item.participants_sealed else {
        return Ok(Vec::new());
    };
    let plain = app.keys.open(sealed, "order_items.participants_sealed", item.id)?;
    serde_json::from_str(plain.expose_secret())
        .map_err(|_| Unexpected::Inconsistent(format!("order_items.participants_sealed of {}", item.id)))
}

/// Where the customer is visited, or where the service has its place: a room, an address, a number, a link to meet.
fn places(
    appointment: &appointment::Model,
    room: Option<&str>,
    order: Option<&order::Model>,
) -> (Option<String>, Option<String>) {
    let detail = Some(appointment.location_detail.trim()).filter(|detail| !detail.is_empty());
    if appointment.location_kind == AT_CUSTOMER {
        let address = order.and_then(|order| order.address.clone());
        return (address.or_else(|| detail.map(str::to_owned)), None);
    }
    let place = match appointment.location_kind.parse() {
        Ok(LocationKind::GoogleMeet) => appointment.meet_link.clone(),
        Ok(LocationKind::Phone) => Some(match detail {
            Some(number) => format!("By phone: {number}"),
            None => "By phone: the host calls".to_owned(),
        }),
        _ => detail.map(str::to_owned),
    };
    let parts: Vec<String> = room.map(str::to_owned).into_iter().chain(place).collect();
    (None, (!parts.is_empty()).then(|| parts.join(", ")))
}

/// The place of services that come to the customer, as it stands in `appointments.location_kind`.
pub(crate) const AT_CUSTOMER: &str = "at_customer";

/// `€120.00, paid`.
fn payment_words(order: &order::Model) -> Result<String, Unexpected> {
    let broken = |what: &str| Unexpected::Inconsistent(format!("order {}: {what}", order.id));
    let currency = Currency::parse(&order.currency).map_err(|_| broken("currency"))?;
    let status: OrderStatus = order.status.parse().map_err(|_| broken("status"))?;
    if order.mode == "free" {
        return Ok("nothing to pay".to_owned());
    }
    let all = Money {
        minor: order.total_minor - order.discount_minor,
        currency,
    };
    Ok(format!("{all}, {}", status.label().to_lowercase()))
}

/// On how many days in a row the appointment is.
pub(crate) fn days_of(appointment: &appointment::Model) -> u16 {
    u16::try_from(appointment.days).unwrap_or(1).max(1)
}

/// The days in a row, where there are several, by the clocks of where it takes place.
///
/// # Errors
/// The row's zone is none.
pub(crate) fn daily_of(appointment: &appointment::Model) -> Result<Option<Daily>, Unexpected> {
    let zone = TimeZone::get(&appointment.host_time_zone)
        .map_err(|_| Unexpected::Inconsistent(format!("appointments.host_time_zone of {}", appointment.id)))?;
    Ok(Daily::of(days_of(appointment), &zone))
}
