//! Changes what a service is.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::Value;
use uuid::Uuid;

use crate::entities::service;
use crate::error::StoreError;

/// What a host may change of a service, as it is stored.
#[derive(Clone, Debug)]
pub struct StoredService {
    /// The address below the host's page.
    pub slug: String,
    /// The title.
    pub title: String,
    /// What it is about; may be empty.
    pub description: String,
    /// How long it lasts.
    pub duration_minutes: i64,
    /// The text form of the kind of service.
    pub kind: &'static str,
    /// What one costs, in minor units.
    pub price_minor: i64,
    /// Of which currency, in three letters.
    pub currency: String,
    /// Until how many minutes before the beginning all is given back.
    pub refund_until_minutes: i64,
    /// What is given back later, in per cent.
    pub late_refund_percent: i64,
    /// The text form of the kind of location.
    pub location_kind: &'static str,
    /// Number, address or link; empty where none is needed.
    pub location_detail: String,
    /// The questions as JSON.
    pub questions: Value,
    /// Whether it can be booked.
    pub active: bool,
}

/// Writes the service, where it is this host's. Returns whether it is; a taken address is [`StoreError::Duplicate`].
///
/// # Errors
/// See above, or the database refuses.
pub async fn update_service(
    on: &impl ConnectionTrait,
    host_id: Uuid,
    service_id: Uuid,
    stored: StoredService,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = service::Entity::update_many()
        .set(service::ActiveModel {
            slug: Set(stored.slug),
            title: Set(stored.title),
            description: Set(stored.description),
            duration_minutes: Set(stored.duration_minutes),
            kind: Set(stored.kind.to_owned()),
            price_minor: Set(stored.price_minor),
            currency: Set(stored.currency),
            refund_until_minutes: Set(stored.refund_until_minutes),
            late_refund_percent: Set(stored.late_refund_percent),
            location_kind: Set(stored.location_kind.to_owned()),
            location_detail: Set(stored.location_detail),
            questions: Set(stored.questions),
            active: Set(stored.active),
            updated_at: Set(now.into()),
            ..Default::default()
        })
        .filter(service::Column::Id.eq(service_id))
        .filter(service::Column::HostId.eq(host_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
