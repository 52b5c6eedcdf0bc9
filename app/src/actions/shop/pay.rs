//! On to the payment of an order that stands.

use timetap_usecases::Unexpected;
use timetap_usecases::payments::{CheckoutStart, OpenCheckoutError, open_checkout};
use uuid::Uuid;

use crate::actions::{Reply, Submission};

/// Sends the customer of an order, who was checked, on to pay it; or to its page, which says how it stands.
///
/// # Errors
/// Something broke.
pub(super) async fn go_to_payment(
    s: &Submission,
    order_id: Uuid,
    token: &str,
    cookies: Vec<String>,
) -> Result<Reply, Unexpected> {
    let page = |done: &str| format!("/orders/{order_id}?token={token}{done}");
    let to = match open_checkout(&s.app, order_id).await {
        Ok(CheckoutStart::Pay { url }) => url,
        Ok(CheckoutStart::Settled) => format!("/checkout/success?order={order_id}&token={token}"),
        Ok(CheckoutStart::Closed) | Err(OpenCheckoutError::TooLate | OpenCheckoutError::NotFound) => page(""),
        Err(OpenCheckoutError::Unavailable) => page("&done=try_again"),
        Err(OpenCheckoutError::NotConfigured | OpenCheckoutError::Refused(_)) => page("&done=cannot_pay"),
        Err(OpenCheckoutError::Unexpected(error)) => return Err(error),
    };
    Ok(Reply::SeeOther { to, cookies })
}
