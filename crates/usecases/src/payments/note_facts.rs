//! The one place where an order's status changes: it is worked out anew from the facts, whatever order news came in.

use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use timetap_core::orders::{Closed, Dispute, OrderFacts, OrderStatus};
use timetap_store::entities::{order, payment};
use timetap_store::payments::save_row::save_order;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Something that has become known of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The customer was asked for money, or what is kept of Stripe's side has changed: see the row.
    Asked,
    /// It is paid, or there was nothing to pay.
    Confirmed,
    /// It ended without being paid. The first end stands.
    Closed(Closed),
    /// How the dispute about it stands.
    Dispute(Option<Dispute>),
    /// These are all its payments now.
    Money(Vec<payment::Model>),
}

/// Notes `changes` of `order`, which this transaction has locked and may have changed in other columns, works out its status,
/// and writes the row. Returns the status before and after.
///
/// # Errors
/// The database refuses, or no order may go from the one status to the other.
pub async fn note_facts(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &mut order::Model,
    changes: &[Change],
) -> Result<(OrderStatus, OrderStatus), Unexpected> {
    let now = app.clock.now();
    let was = status_of(order)?;
    for change in changes {
        match change {
            Change::Asked => {}
            Change::Confirmed => {
                order.paid_at = order.paid_at.or(Some(now.into()));
            }
            Change::Closed(closed) => {
                if order.closed_as.is_none() {
                    order.closed_as = Some(closed.as_str().to_owned());
                    order.closed_at = Some(now.into());
                }
            }
            Change::Dispute(dispute) => order.dispute_status = dispute.map(|dispute| dispute.as_str().to_owned()),
            Change::Money(payments) => {
                let came = payments.iter().filter(|payment| payment.status == "succeeded");
                let (paid, back) = came.fold((0_i64, 0_i64), |(paid, back), payment| {
                    (
                        paid.saturating_add(payment.amount_minor),
                        back.saturating_add(payment.refunded_minor),
                    )
                });
                order.paid_minor = paid;
                order.refunded_minor = back.min(paid);
            }
        }
    }
    let status = facts_of(order)?.status();
    if status != was && !was.can_become(status) {
        return Err(Unexpected::Inconsistent(format!(
            "order {} cannot go from {was} to {status}",
            order.id
        )));
    }
    status.as_str().clone_into(&mut order.status);
    order.updated_at = later(order.updated_at.timestamp(), now).into();
    save_order(on, order).await?;
    if status != was {
        tracing::info!(order = %order.id, from = %was, to = %status, "order: has another status");
        metrics::counter!("timetap_order_states_total", "state" => status.as_str()).increment(1);
    }
    Ok((was, status))
}

/// The instant of a change: the present one, but always after the change before, so that it tells versions apart.
fn later(before: Timestamp, now: Timestamp) -> Timestamp {
    let next = before.saturating_add(SignedDuration::from_millis(1)).unwrap_or(before);
    now.max(next)
}

/// The order's status as it stands in its row.
pub(super) fn status_of(order: &order::Model) -> Result<OrderStatus, Unexpected> {
    let unknown = |_| Unexpected::Inconsistent(format!("orders.status of {}", order.id));
    order.status.parse().map_err(unknown)
}

fn facts_of(order: &order::Model) -> Result<OrderFacts, Unexpected> {
    let bad = |column: &str| Unexpected::Inconsistent(format!("orders.{column} of {}", order.id));
    let closed = order.closed_as.as_deref().map(str::parse).transpose();
    let dispute = order.dispute_status.as_deref().map(str::parse).transpose();
    Ok(OrderFacts {
        asked: order.hold_expires_at.is_some(),
        confirmed: order.paid_at.is_some(),
        paid_minor: order.paid_minor,
        refunded_minor: order.refunded_minor,
        closed: closed.map_err(|_| bad("closed_as"))?,
        dispute: dispute.map_err(|_| bad("dispute_status"))?,
    })
}
