//! What went back of an order, as Stripe says now.

use sea_orm::ConnectionTrait;
use timetap_providers::stripe::objects::Refund;
use timetap_store::entities::{order, order_item, payment, refund};
use timetap_store::payments::refunds::{insert_refund, list_refunds};
use timetap_store::payments::save_row::{save_item, save_refund};

use super::fetch_truth::Truth;
use crate::mail::OrderEvent;
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Notes how the refunds of the payments that were looked at stand; those that somebody made at Stripe by hand come in.
/// Returns whether anything has changed.
pub(super) async fn apply_refunds(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    payments: &[payment::Model],
    truth: &Truth,
    items: &mut [order_item::Model],
    news: &mut Vec<OrderEvent>,
) -> Result<bool, Unexpected> {
    let mut changed = false;
    let mut rows = list_refunds(on, order.id).await?;
    for seen in &truth.payments {
        let payment = payments.iter().find(|row| row.provider_id == seen.provider_id);
        let (Some(back), Some(payment)) = (&seen.back, payment) else {
            continue;
        };
        for refund in &back.refunds {
            let ours = |row: &refund::Model| {
                row.provider_id.as_deref() == Some(refund.id.as_str())
                    || refund.metadata.refund_id.as_deref() == Some(row.id.to_string().as_str())
            };
            let Some(place) = rows.iter().position(ours) else {
                let row = from_outside(app, order, payment, refund);
                if insert_refund(on, &row).await? {
                    news.extend(match row.status.as_str() {
                        "succeeded" => Some(OrderEvent::Refunded { refund_id: row.id }),
                        "failed" => Some(OrderEvent::RefundFailed { refund_id: row.id }),
                        _ => None,
                    });
                    rows.push(row);
                    changed = true;
                }
                continue;
            };
            let row = &mut rows[place];
            let was = row.clone();
            note(row, refund);
            if *row == was {
                continue;
            }
            if row.status == "succeeded" && was.status != "succeeded" {
                news.push(OrderEvent::Refunded { refund_id: row.id });
            }
            if row.status == "failed" && was.status != "failed" {
                tracing::error!(
                    order = %order.id, refund = %row.id, code = row.last_error_code,
                    "refund: the money did not arrive; give it back by another way"
                );
                news.push(OrderEvent::RefundFailed { refund_id: row.id });
            }
            row.updated_at = app.clock.now().into();
            save_refund(on, row).await?;
            changed = true;
        }
    }
    for item in items.iter_mut() {
        let of_item = rows.iter().filter(|row| row.order_item_id == Some(item.id));
        let back: i64 = of_item
            .filter(|row| matches!(row.status.as_str(), "pending" | "succeeded"))
            .map(|row| row.amount_minor)
            .sum();
        if back != item.refunded_minor {
            item.refunded_minor = back;
            item.updated_at = app.clock.now().into();
            save_item(on, item).await?;
            changed = true;
        }
    }
    Ok(changed)
}

/// Brings a row to what Stripe says of its refund.
fn note(row: &mut refund::Model, refund: &Refund) {
    row.provider_id = Some(refund.id.clone());
    state_of(refund).clone_into(&mut row.status);
    if row.status == "failed" {
        let reason = refund.failure_reason.as_deref().unwrap_or("failed");
        row.last_error_code = Some(reason.to_owned());
        row.last_error = Some("The bank did not take the money back. Give it back by another way.".to_owned());
    } else {
        row.last_error_code = None;
        row.last_error = None;
    }
}

fn state_of(refund: &Refund) -> &'static str {
    match refund.status.as_deref() {
        Some("succeeded") => "succeeded",
        Some("failed" | "canceled") => "failed",
        _ => "pending",
    }
}

/// A refund that somebody made at Stripe, not by us.
fn from_outside(app: &TimeTap, order: &order::Model, payment: &payment::Model, refund: &Refund) -> refund::Model {
    let now = app.clock.now();
    let mut row = refund::Model {
        id: app.entropy.uuid(now),
        order_id: order.id,
        order_item_id: None,
        payment_id: Some(payment.id),
        reason: "outside".to_owned(),
        amount_minor: refund.amount,
        currency: refund.currency.to_ascii_uppercase(),
        status: "pending".to_owned(),
        dedupe_key: format!("outside:{}", refund.id),
        provider_id: Some(refund.id.clone()),
        attempts: 0,
        last_error_code: None,
        last_error: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    note(&mut row, refund);
    row
}
