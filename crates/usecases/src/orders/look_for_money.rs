//! Whether an order that somebody waits for has been paid, asked of the one who knows.

use std::time::Duration;

use timetap_core::orders::OrderStatus;

use super::view_order::OrderView;
use crate::payments::{LookError, look_at_payment};
use crate::platform::timetap::TimeTap;

/// A page is not held up for longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at the payment of an order that waits for one, as the news of it do: so it is right where they are late, or never
/// come. Returns whether the order is to be read again. What cannot be found out now is found out later; the page waits on.
/// While nothing new is found, nothing is written.
pub async fn look_for_money(app: &TimeTap, view: &OrderView) -> bool {
    let order = &view.order;
    let waits = view.status == OrderStatus::AwaitingPayment && order.stripe_session_id.is_some();
    if !waits || !app.looks.allows(order.id, app.clock.now()) {
        return false;
    }
    match tokio::time::timeout(PATIENCE, look_at_payment(app, order.id)).await {
        Ok(Ok(_)) => true,
        Ok(Err(LookError::Unexpected(error))) => {
            tracing::error!(order = %order.id, %error, "a payment could not be looked at");
            false
        }
        Ok(Err(error)) => {
            tracing::warn!(order = %order.id, %error, "a payment could not be looked at");
            false
        }
        Err(_) => false,
    }
}
