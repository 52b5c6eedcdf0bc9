//! One order, for whoever may see it.

use sea_orm::ConnectionTrait;
use timetap_store::entities::order;
use timetap_store::hosts::find_service::find_service_row;
use timetap_store::orders::find_order::{find_order, find_order_by_capability};
use timetap_store::orders::list_items::list_items;
use uuid::Uuid;

use crate::bookings::Actor;
use crate::platform::timetap::TimeTap;
use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Tokens are shorter than this; longer texts are not even hashed.
const LONGEST_TOKEN: usize = 128;

/// The order of this id, where it is the actor's: the customer's by its token or by their account, the host's where they serve
/// one of its items or it is from their page. `None` for a foreign one just as for one that does not exist.
///
/// # Errors
/// The database refuses.
pub async fn find_own_order(
    on: &impl ConnectionTrait,
    order_id: Uuid,
    actor: &Actor<'_>,
) -> Result<Option<order::Model>, Unexpected> {
    match *actor {
        Actor::Customer { capability, user_id } => {
            if let Some(token) = capability.filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN) {
                let found = find_order_by_capability(on, &token_hash(token)).await?;
                if let Some(found) = found.filter(|found| found.id == order_id) {
                    return Ok(Some(found));
                }
            }
            let Some(user_id) = user_id else { return Ok(None) };
            Ok(find_order(on, order_id)
                .await?
                .filter(|found| found.user_id == Some(user_id)))
        }
        Actor::Host { user_id } => {
            for item in list_items(on, order_id).await? {
                let from_their_page = find_service_row(on, item.service_id)
                    .await?
                    .is_some_and(|service| service.host_id == user_id);
                if item.staff_id == user_id || from_their_page {
                    return Ok(find_order(on, order_id).await?);
                }
            }
            Ok(None)
        }
    }
}

/// The same, read outside any transaction.
pub(super) async fn find_own(
    app: &TimeTap,
    order_id: Uuid,
    actor: &Actor<'_>,
) -> Result<Option<order::Model>, Unexpected> {
    find_own_order(app.db.reader(), order_id, actor).await
}
