//! What somebody looks at before booking: a host's page, one service on it.

use jiff::tz::TimeZone;
use sea_orm::ConnectionTrait;
use timetap_core::location::LocationKind;
use timetap_core::money::Money;
use timetap_core::orders::ServiceKind;
use timetap_core::questions::Question;
use timetap_store::bookings::find_offering::{find_active_service, find_public_host, list_active_services};
use timetap_store::entities::{host, service};

use super::load_slot_inputs::zone_of;
use crate::carts::{currency_of, price_label};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// A service that can be booked, with its host.
#[derive(Clone, Debug)]
pub struct Offering {
    /// Who is booked.
    pub host: host::Model,
    /// What is booked.
    pub service: service::Model,
    /// The host's zone.
    pub zone: TimeZone,
    /// How long it takes.
    pub duration_minutes: u16,
    /// How they meet.
    pub location: LocationKind,
    /// What the host asks.
    pub questions: Vec<Question>,
    /// What kind of thing it is.
    pub kind: ServiceKind,
    /// What it costs: a place of a camp, a week of a subscription, else the whole.
    pub price: Money,
}

impl Offering {
    fn new(host: host::Model, service: service::Model) -> Result<Self, Unexpected> {
        let broken = |what: &str| Unexpected::Inconsistent(format!("service {}: {what}", service.id));
        Ok(Self {
            zone: zone_of("hosts.time_zone", &host.time_zone)?,
            duration_minutes: u16::try_from(service.duration_minutes).map_err(|_| broken("duration"))?,
            location: service.location_kind.parse().map_err(|_| broken("location"))?,
            kind: service.kind.parse().map_err(|_| broken("kind"))?,
            price: Money {
                minor: service.price_minor,
                currency: currency_of(&service.currency)?,
            },
            questions: serde_json::from_value(service.questions.clone()).map_err(|_| broken("questions"))?,
            host,
            service,
        })
    }

    /// What the host wrote about the place.
    pub fn location_detail(&self) -> Option<&str> {
        Some(self.service.location_detail.as_str()).filter(|detail| !detail.is_empty())
    }

    /// Whether it is put into a cart and ordered: everything but a session that costs nothing and needs no address,
    /// which is booked at once.
    pub fn goes_by_cart(&self) -> bool {
        self.kind != ServiceKind::Session || self.price.minor > 0 || self.location == LocationKind::AtCustomer
    }

    /// The words for the price.
    pub fn price_label(&self) -> String {
        price_label(self.kind, self.price)
    }

    /// Whether the customer has to leave a number, because the host will call it.
    pub fn needs_phone(&self) -> bool {
        self.location.needs_customer_phone(self.location_detail())
    }
}

/// The active service at `/{host}/{service}`, where both exist and the host may be booked.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn find_offering(
    on: &impl ConnectionTrait,
    host_slug: &str,
    service_slug: &str,
) -> Result<Option<Offering>, Unexpected> {
    let found = find_active_service(on, host_slug, service_slug).await?;
    found.map(|(host, service)| Offering::new(host, service)).transpose()
}

/// The host at `/{slug}` and what can be booked there.
///
/// # Errors
/// The database refuses, or a row says something that no rule allows.
pub async fn find_host_page(app: &TimeTap, slug: &str) -> Result<Option<(host::Model, Vec<Offering>)>, Unexpected> {
    let on = app.db.reader();
    let Some(host) = find_public_host(on, slug).await? else {
        return Ok(None);
    };
    let services = list_active_services(on, host.user_id).await?;
    let offerings = services
        .into_iter()
        .map(|service| Offering::new(host.clone(), service))
        .collect::<Result<_, _>>()?;
    Ok(Some((host, offerings)))
}
