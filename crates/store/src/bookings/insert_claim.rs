//! Takes a span of a resource's time; the database refuses it where any of it is taken.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel, QueryTrait, Statement};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;

/// What a claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimFor {
    /// An appointment: for good.
    Appointment(Uuid),
    /// An item of an order that is not paid yet: until then.
    Item(Uuid, Timestamp),
    /// An item of an order that is paid: for good.
    Paid(Uuid),
    /// A dated occurrence: for good, however many seats are taken.
    Occurrence(Uuid),
}

/// A claim to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim {
    /// A new id.
    pub id: Uuid,
    /// Whose time: the id of a host or a room.
    pub resource_id: Uuid,
    /// From when until when, buffers included.
    pub span: Span,
    /// What for.
    pub claim_for: ClaimFor,
}

/// Claims the span.
///
/// # Errors
/// [`StoreError::Claimed`] where another claim of the resource overlaps it; on PostgreSQL the transaction is then over.
pub async fn insert_claim(on: &impl ConnectionTrait, new: NewClaim, now: Timestamp) -> Result<(), StoreError> {
    on.execute_raw(insertion(on.get_database_backend(), new, now)).await?;
    Ok(())
}

/// The statement that claims the span.
pub(super) fn insertion(backend: DatabaseBackend, new: NewClaim, now: Timestamp) -> Statement {
    let (mut appointment_id, mut order_item_id, mut occurrence_id, mut expires) = (None, None, None, None);
    match new.claim_for {
        ClaimFor::Appointment(id) => appointment_id = Some(id),
        ClaimFor::Item(id, until) => (order_item_id, expires) = (Some(id), Some(until)),
        ClaimFor::Paid(id) => order_item_id = Some(id),
        ClaimFor::Occurrence(id) => occurrence_id = Some(id),
    }
    let kind = if expires.is_some() { "held" } else { "firm" };
    let row = claim::Model {
        id: new.id,
        resource_id: new.resource_id,
        starts_at: new.span.start.into(),
        ends_at: new.span.end.into(),
        kind: kind.to_owned(),
        expires_at: expires.map(Into::into),
        appointment_id,
        order_item_id,
        occurrence_id,
        created_at: now.into(),
    };
    claim::Entity::insert(row.into_active_model()).build(backend)
}
