//! Takes a span of a resource's time; the database refuses it where any of it is taken.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use timetap_core::span::Span;
use uuid::Uuid;

use crate::entities::claim;
use crate::error::StoreError;

/// A firm claim for an appointment.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim {
    /// A new id.
    pub id: Uuid,
    /// Whose time: the host's id.
    pub resource_id: Uuid,
    /// From when until when, buffers included.
    pub span: Span,
    /// For which appointment.
    pub appointment_id: Uuid,
}

/// Claims the span.
///
/// # Errors
/// [`StoreError::Claimed`] where another claim of the resource overlaps it; on PostgreSQL the transaction is then over.
pub async fn insert_claim(on: &impl ConnectionTrait, new: NewClaim, now: Timestamp) -> Result<(), StoreError> {
    let row = claim::Model {
        id: new.id,
        resource_id: new.resource_id,
        starts_at: new.span.start.into(),
        ends_at: new.span.end.into(),
        kind: "firm".to_owned(),
        expires_at: None,
        appointment_id: Some(new.appointment_id),
        order_item_id: None,
        occurrence_id: None,
        created_at: now.into(),
    };
    claim::Entity::insert(row.into_active_model())
        .exec_without_returning(on)
        .await?;
    Ok(())
}
