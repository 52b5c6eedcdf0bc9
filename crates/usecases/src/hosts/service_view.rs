//! A service, as pages show one.

use timetap_core::location::LocationKind;
use timetap_core::money::{Currency, Money};
use timetap_core::orders::ServiceKind;
use timetap_core::questions::Question;
use timetap_store::entities::service;
use uuid::Uuid;

use super::load_rules::fit;
use crate::platform::unexpected::Unexpected;

/// What can be booked with a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceView {
    /// The service.
    pub id: Uuid,
    /// Whose it is.
    pub host_id: Uuid,
    /// What kind of thing it is.
    pub kind: ServiceKind,
    /// What one costs.
    pub price: Money,
    /// Until how many minutes before the beginning all is given back.
    pub refund_until_minutes: i64,
    /// What is given back later, in per cent.
    pub late_refund_percent: i64,
    /// The address below the host's page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What it is about; may be empty.
    pub description: String,
    /// How long it lasts.
    pub duration_minutes: u16,
    /// Where it takes place.
    pub location_kind: LocationKind,
    /// Number, address or link, where one is kept.
    pub location_detail: Option<String>,
    /// What customers are asked.
    pub questions: Vec<Question>,
    /// Whether it can be booked; hidden otherwise.
    pub active: bool,
}

impl ServiceView {
    /// The view of a row.
    ///
    /// # Errors
    /// The row says something that no rule allows.
    pub fn from_row(row: service::Model) -> Result<Self, Unexpected> {
        let location_kind = row
            .location_kind
            .parse()
            .map_err(|error| Unexpected::Inconsistent(format!("services.location_kind: {error}")))?;
        let kind = row
            .kind
            .parse()
            .map_err(|error| Unexpected::Inconsistent(format!("services.kind: {error}")))?;
        let currency = Currency::parse(&row.currency)
            .map_err(|_| Unexpected::Inconsistent(format!("services.currency of {}", row.id)))?;
        let questions = serde_json::from_value(row.questions)
            .map_err(|error| Unexpected::Inconsistent(format!("services.questions of {}: {error}", row.id)))?;
        Ok(Self {
            id: row.id,
            host_id: row.host_id,
            kind,
            price: Money {
                minor: row.price_minor,
                currency,
            },
            refund_until_minutes: row.refund_until_minutes,
            late_refund_percent: row.late_refund_percent,
            slug: row.slug,
            title: row.title,
            description: row.description,
            duration_minutes: fit("services.duration_minutes", row.duration_minutes)?,
            location_kind,
            location_detail: Some(row.location_detail).filter(|detail| !detail.is_empty()),
            questions,
            active: row.active,
        })
    }
}
