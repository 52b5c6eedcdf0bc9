//! What Stripe told us, each event once.

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, EntityTrait, Statement, Value};

use crate::entities::webhook_delivery;
use crate::error::StoreError;

const STRIPE: &str = "stripe";

/// An event that was told.
#[derive(Clone, Copy, Debug)]
pub struct NewDelivery<'a> {
    /// Its id.
    pub event_id: &'a str,
    /// Its type.
    pub kind: &'a str,
    /// Which object it is about.
    pub object_id: Option<&'a str>,
    /// When it happened.
    pub happened_at: Timestamp,
}

/// Keeps the event, unless it is known. Returns whether it is new.
///
/// # Errors
/// The database refuses.
pub async fn insert_delivery(
    on: &impl ConnectionTrait,
    new: NewDelivery<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = "INSERT INTO webhook_deliveries (provider, event_id, kind, object_id, happened_at, received_at, state) \
               VALUES ($1, $2, $3, $4, $5, $6, 'received') ON CONFLICT (provider, event_id) DO NOTHING";
    let values: [Value; 6] = [
        STRIPE.into(),
        new.event_id.into(),
        new.kind.into(),
        new.object_id.into(),
        new.happened_at.as_millisecond().into(),
        now.as_millisecond().into(),
    ];
    let done = on
        .execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The event of this id.
///
/// # Errors
/// The database refuses.
pub async fn find_delivery(
    on: &impl ConnectionTrait,
    event_id: &str,
) -> Result<Option<webhook_delivery::Model>, StoreError> {
    Ok(
        webhook_delivery::Entity::find_by_id((STRIPE.to_owned(), event_id.to_owned()))
            .one(on)
            .await?,
    )
}

/// Notes what became of an event: `done`, `ignored` or `failed`, the last with a reason.
///
/// # Errors
/// The database refuses.
pub async fn note_delivery(
    on: &impl ConnectionTrait,
    event_id: &str,
    state: &str,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE webhook_deliveries SET state = $3, last_error = $4, handled_at = $5 \
               WHERE provider = $1 AND event_id = $2";
    let values: [Value; 5] = [
        STRIPE.into(),
        event_id.into(),
        state.into(),
        error.into(),
        now.as_millisecond().into(),
    ];
    on.execute_raw(Statement::from_sql_and_values(on.get_database_backend(), sql, values))
        .await?;
    Ok(())
}
