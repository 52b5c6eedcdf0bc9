//! What a thing in a cart is: the service, and when it would take place.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, EntityTrait};
use timetap_core::location::LocationKind;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::ServiceKind;
use timetap_core::span::Span;
use timetap_store::catalogue::call_off::list_called_off_weeks;
use timetap_store::entities::{cart_item, host, service};
use timetap_store::hosts::find_host::find_host;
use timetap_store::orders::find_dated::{find_occurrence, find_template};
use timetap_store::orders::find_offer::{Offer, find_offer};
use uuid::Uuid;

use crate::orders::{occurrence_spans, template_spans};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Of a weekly time so many dates are looked at for what stands in its way.
const WEEKS: usize = 12;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Ware {
    /// The service.
    pub service: service::Model,
    /// On whose page it is.
    pub host: host::Model,
    /// What kind of thing.
    pub kind: ServiceKind,
    /// What one of it costs; of a subscription each week.
    pub price: Money,
    /// Where it takes place.
    pub location: LocationKind,
    /// When: the time, each day of a camp, the next dates of a weekly time. Empty where there are none any more.
    pub spans: Vec<Span>,
    /// In which zone it is meant.
    pub zone: TimeZone,
    /// Who serves, where that is settled.
    pub staff_id: Option<Uuid>,
    /// Whether it has a date that was called off.
    pub called_off: bool,
    /// As it can be had; nothing where it is not offered any more.
    pub offer: Option<Offer>,
}

impl Ware {
    /// The words for the price of one.
    pub fn price_label(&self) -> String {
        price_label(self.kind, self.price)
    }
}

/// The words for a price: "Free of charge", "€200.00 a place", "€25.00 a week".
pub fn price_label(kind: ServiceKind, price: Money) -> String {
    match (price.minor, kind) {
        (0, _) => "Free of charge".to_owned(),
        (_, ServiceKind::Camp) => format!("{price} a place"),
        (_, ServiceKind::Subscription) => format!("{price} a week"),
        _ => price.to_string(),
    }
}

/// The currency of a row, which was checked when it was stored.
pub(crate) fn currency_of(text: &str) -> Result<Currency, Unexpected> {
    Currency::parse(text).map_err(|_| Unexpected::Inconsistent(format!("no currency: {text:?}")))
}

pub(super) async fn find_ware(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    item: &cart_item::Model,
) -> Result<Option<Ware>, Unexpected> {
    let now = app.clock.now();
    let offer = find_offer(on, item.service_id).await?;
    let (service, host) = match &offer {
        Some(offer) => (offer.service.clone(), offer.host.clone()),
        None => match find_closed(on, item.service_id).await? {
            Some(found) => found,
            None => return Ok(None),
        },
    };
    let broken = |what: &str| Unexpected::Inconsistent(format!("service {}: {what}", service.id));
    let (mut spans, mut zone_name, mut called_off) = (Vec::new(), host.time_zone.clone(), false);
    let mut staff_id = match &offer {
        Some(offer) if offer.staff.len() == 1 => offer.staff.first().copied(),
        _ => None,
    };
    if let Some(start) = item.starts_at {
        let start: Timestamp = start.into();
        let end = start.checked_add(SignedDuration::from_mins(service.duration_minutes));
        spans.extend(end.ok().and_then(|end| Span::new(start, end).ok()));
    }
    if let Some(id) = item.occurrence_id
        && let Some(found) = find_occurrence(on, id).await?
    {
        if found.status == "scheduled" && found.starts_at.timestamp() > now {
            spans = occurrence_spans(&found)?;
        }
        called_off = found.status == "cancelled";
        (zone_name, staff_id) = (found.time_zone, Some(found.staff_id));
    }
    if let Some(id) = item.template_id
        && let Some(found) = find_template(on, id).await?
    {
        if found.active {
            let off = list_called_off_weeks(on, &[id]).await?;
            spans = template_spans(&found, &off, now, WEEKS)?;
        }
        (zone_name, staff_id) = (found.time_zone, Some(found.staff_id));
    }
    Ok(Some(Ware {
        kind: service.kind.parse().map_err(|_| broken("kind"))?,
        price: Money {
            minor: service.price_minor,
            currency: currency_of(&service.currency)?,
        },
        location: service.location_kind.parse().map_err(|_| broken("location"))?,
        zone: TimeZone::get(&zone_name).map_err(|_| broken("zone"))?,
        spans,
        staff_id,
        called_off,
        service,
        host,
        offer,
    }))
}

/// A service that is not offered any more, for its name.
async fn find_closed(
    on: &impl ConnectionTrait,
    service_id: Uuid,
) -> Result<Option<(service::Model, host::Model)>, Unexpected> {
    let found = service::Entity::find_by_id(service_id).one(on).await;
    let Some(service) = found.map_err(timetap_store::StoreError::from)? else {
        return Ok(None);
    };
    let host = find_host(on, service.host_id).await?;
    Ok(host.map(|host| (service, host)))
}
