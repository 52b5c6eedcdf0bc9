//! What the people of an order are to be told, in the transaction in which it happens.

use sea_orm::ConnectionTrait;
use timetap_store::entities::order;
use uuid::Uuid;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    Confirmed,
    Expired,
    PaymentFailed,
    Lost(Vec<Uuid>),
    Refunded(Uuid),
    Renewed(Uuid),
    RenewalFailed(Uuid),
    Ended(Uuid),
}

/// Owes the mails about all of it, after everything that they speak of is in the transaction.
pub(super) async fn tell(
    _on: &impl ConnectionTrait,
    _app: &TimeTap,
    order: &order::Model,
    news: &[News],
) -> Result<(), Unexpected> {
    tracing::debug!(order = %order.id, ?news, "order: news");
    Ok(())
}
