//! What a booking may become: which services of the same page, and who serves them.

use sea_orm::ConnectionTrait;
use timetap_core::orders::{Mismatch, Terms, check_exchange};
use timetap_store::bookings::find_appointment::find_appointment;
use timetap_store::entities::{appointment, host, order, order_item, service};
use timetap_store::hosts::find_host::find_host;
use timetap_store::hosts::find_service::find_service_row;
use timetap_store::hosts::list_services::list_services;
use timetap_store::orders::find_offer::{Offer, find_offer};
use timetap_store::orders::find_order::find_order;
use timetap_store::payments::subscriptions::find_item;
use uuid::Uuid;

use super::timeline::span_of;
use crate::hosts::works_for;
use crate::platform::unexpected::Unexpected;

/// A booking with what it was booked as.
#[derive(Clone, Debug)]
pub(super) struct Bought {
    /// The item of an order, where there is one.
    pub(super) item: Option<order_item::Model>,
    /// The order.
    pub(super) order: Option<order::Model>,
    /// The service as it is now.
    pub(super) service: service::Model,
}

/// The booking, for who serves it and on whose page the service is, who together with their managers and administrators may
/// give it to somebody else; `None` for everybody else as for a booking that does not exist.
pub(super) async fn find_to_exchange(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    id: Uuid,
) -> Result<Option<appointment::Model>, Unexpected> {
    let Some(appointment) = find_appointment(on, id).await? else {
        return Ok(None);
    };
    let service = find_service_row(on, appointment.service_id).await?;
    let mut people = vec![appointment.host_id];
    people.extend(service.map(|service| service.host_id));
    let may = works_for(on, user_id, &people).await?;
    Ok(may.then_some(appointment))
}

impl Bought {
    /// What the appointment was booked as.
    pub(super) async fn find(on: &impl ConnectionTrait, appointment: &appointment::Model) -> Result<Self, Unexpected> {
        let service = find_service_row(on, appointment.service_id)
            .await?
            .ok_or_else(|| Unexpected::Inconsistent(format!("appointment {} has no service", appointment.id)))?;
        let item = match appointment.order_item_id {
            Some(id) => find_item(on, id).await?,
            None => None,
        };
        let order = match &item {
            Some(item) => find_order(on, item.order_id).await?,
            None => None,
        };
        Ok(Self { item, order, service })
    }

    /// Whether it may become `wanted`.
    pub(super) fn may_become(
        &self,
        appointment: &appointment::Model,
        wanted: &service::Model,
    ) -> Result<Result<(), Mismatch>, Unexpected> {
        let bad = |what: &str| Unexpected::Inconsistent(format!("appointment {}: {what}", appointment.id));
        let (kind, price_minor) = match &self.item {
            Some(item) => (item.kind.as_str(), item.unit_minor),
            None => (self.service.kind.as_str(), self.service.price_minor),
        };
        let is = Terms {
            kind: kind.parse().map_err(|_| bad("kind"))?,
            price_minor,
            currency: self
                .order
                .as_ref()
                .map_or(&self.service.currency, |order| &order.currency),
            minutes: span_of(appointment)?.duration().as_mins(),
            location: appointment.location_kind.parse().map_err(|_| bad("location"))?,
        };
        // Of what it is already, only who serves can change, whatever has become of the service since.
        let same = wanted.id == appointment.service_id;
        let wanted = Terms {
            kind: wanted.kind.parse().map_err(|_| bad("another kind"))?,
            price_minor: wanted.price_minor,
            currency: &wanted.currency,
            minutes: wanted.duration_minutes,
            location: wanted.location_kind.parse().map_err(|_| bad("another location"))?,
        };
        Ok(check_exchange(is, if same { is } else { wanted }))
    }
}

/// A service that the booking may become, with who serves it.
#[derive(Clone, Debug)]
pub(super) struct Possible {
    pub(super) offer: Offer,
    pub(super) staff: Vec<host::Model>,
}

/// All of them, what it is already first.
pub(super) async fn list_possible(
    on: &impl ConnectionTrait,
    appointment: &appointment::Model,
    bought: &Bought,
) -> Result<Vec<Possible>, Unexpected> {
    let mut services = list_services(on, bought.service.host_id).await?;
    services.sort_by_key(|service| service.id != appointment.service_id);
    let mut possible = Vec::new();
    for service in services {
        if bought.may_become(appointment, &service)?.is_err() {
            continue;
        }
        let Some(offer) = find_offer(on, service.id).await? else {
            continue;
        };
        if !fits_room(appointment, &offer) {
            continue;
        }
        let mut staff = Vec::new();
        for id in &offer.staff {
            staff.extend(find_host(on, *id).await?);
        }
        possible.push(Possible { offer, staff });
    }
    Ok(possible)
}

/// Whether the room that the booking has is right for the service: it needs none, or this one is among its rooms.
pub(super) fn fits_room(appointment: &appointment::Model, offer: &Offer) -> bool {
    match appointment.room_id {
        None => !offer.needs_room,
        Some(room) => offer.rooms.iter().any(|known| known.id == room) || appointment.service_id == offer.service.id,
    }
}
