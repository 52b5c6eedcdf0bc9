//! Changes when and how often a host can be booked.

use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::entities::host;
use crate::error::StoreError;

/// The booking rules, as they are stored.
#[derive(Clone, Copy, Debug)]
pub struct StoredBookingRules {
    /// Minutes kept free before a booking.
    pub buffer_before_minutes: i64,
    /// Minutes kept free after a booking.
    pub buffer_after_minutes: i64,
    /// Minutes between booking and start, at least.
    pub minimum_notice_minutes: i64,
    /// Days ahead, at most.
    pub horizon_days: i64,
    /// Minutes between two start times.
    pub slot_interval_minutes: i64,
    /// Bookings a day, at most.
    pub daily_limit: Option<i64>,
    /// Minutes before the start until which customers may change or cancel.
    pub change_cutoff_minutes: i64,
    /// `offer` or `offer_nothing`.
    pub when_calendar_unknown: &'static str,
}

/// Writes the rules of an existing host. Returns whether there is one.
///
/// # Errors
/// The database refuses.
pub async fn update_booking_rules(
    on: &impl ConnectionTrait,
    user_id: Uuid,
    rules: StoredBookingRules,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = host::Entity::update_many()
        .set(host::ActiveModel {
            buffer_before_minutes: Set(rules.buffer_before_minutes),
            buffer_after_minutes: Set(rules.buffer_after_minutes),
            minimum_notice_minutes: Set(rules.minimum_notice_minutes),
            horizon_days: Set(rules.horizon_days),
            slot_interval_minutes: Set(rules.slot_interval_minutes),
            daily_limit: Set(rules.daily_limit),
            change_cutoff_minutes: Set(rules.change_cutoff_minutes),
            when_calendar_unknown: Set(rules.when_calendar_unknown.to_owned()),
            updated_at: Set(now.into()),
            ..Default::default()
        })
        .filter(host::Column::UserId.eq(user_id))
        .exec(on)
        .await?;
    Ok(done.rows_affected > 0)
}
