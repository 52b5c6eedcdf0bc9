//! Owes money back: a row that is there once for one reason, and the job that gives it.

use sea_orm::ConnectionTrait;
use timetap_store::entities::{order, payment, refund};
use timetap_store::payments::refunds::insert_refund;
use uuid::Uuid;

use crate::jobs::{Job, When, enqueue_job};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Money that is to go back.
#[derive(Clone, Debug)]
pub(super) struct Owed<'a> {
    /// Of which payment.
    pub payment: &'a payment::Model,
    /// For which item; nothing where it is the whole.
    pub item_id: Option<Uuid>,
    /// `cancelled`, `lost` or `paid_twice`.
    pub reason: &'static str,
    /// How much, in minor units.
    pub amount: i64,
    /// The same is owed once.
    pub dedupe_key: String,
}

/// Owes it, on the open transaction. Nothing is owed where the amount is nothing.
pub(super) async fn owe_refund(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    owed: &Owed<'_>,
) -> Result<(), Unexpected> {
    if owed.amount <= 0 {
        return Ok(());
    }
    let now = app.clock.now();
    let row = refund::Model {
        id: app.entropy.uuid(now),
        order_id: order.id,
        order_item_id: owed.item_id,
        payment_id: Some(owed.payment.id),
        reason: owed.reason.to_owned(),
        amount_minor: owed.amount,
        currency: owed.payment.currency.clone(),
        status: "wanted".to_owned(),
        dedupe_key: owed.dedupe_key.clone(),
        provider_id: None,
        attempts: 0,
        last_error_code: None,
        last_error: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    if insert_refund(on, &row).await? {
        enqueue_job(on, app, &Job::Refund { refund_id: row.id }, When::Now).await?;
    }
    Ok(())
}
