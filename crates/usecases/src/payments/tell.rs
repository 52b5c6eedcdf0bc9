//! What the people of an order are to be told, in the transaction in which it happens.

use sea_orm::ConnectionTrait;
use timetap_store::entities::order;

use crate::mail::{OrderEvent, owe_order_mails};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Owes the mails about all of it, after everything that they speak of is in the transaction.
pub(super) async fn tell(
    on: &impl ConnectionTrait,
    app: &TimeTap,
    order: &order::Model,
    news: &[OrderEvent],
) -> Result<(), Unexpected> {
    for event in news {
        owe_order_mails(on, app, order, event).await?;
    }
    Ok(())
}
