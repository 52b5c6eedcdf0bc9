//! Who wants something of a booking, and whether it is theirs.

use sea_orm::ConnectionTrait;
use timetap_store::bookings::find_appointment::{find_appointment, find_appointment_by_capability};
use timetap_store::entities::appointment;
use uuid::Uuid;

use crate::platform::token_hash::token_hash;
use crate::platform::unexpected::Unexpected;

/// Tokens are shorter than this; longer texts are not even hashed.
const LONGEST_TOKEN: usize = 128;

/// Somebody with a credential. The id of a booking is none.
#[derive(Clone, Copy)]
pub enum Actor<'a> {
    /// The customer: by the token of their link, or by the account they were signed in to when they booked.
    Customer {
        /// The token.
        capability: Option<&'a str>,
        /// The account that is signed in.
        user_id: Option<Uuid>,
    },
    /// The host, signed in.
    Host {
        /// The host's account.
        user_id: Uuid,
    },
}

impl std::fmt::Debug for Actor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Customer { .. } => "Customer",
            Self::Host { .. } => "Host",
        })
    }
}

impl Actor<'_> {
    /// The word for this side in the database.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Customer { .. } => "customer",
            Self::Host { .. } => "host",
        }
    }

    /// Whether this is the host.
    pub fn is_host(&self) -> bool {
        matches!(self, Self::Host { .. })
    }
}

/// The booking of this id, where it is the actor's; `None` for a foreign one just as for one that does not exist.
///
/// # Errors
/// The database refuses.
pub async fn find_booking(
    on: &impl ConnectionTrait,
    id: Uuid,
    actor: &Actor<'_>,
) -> Result<Option<appointment::Model>, Unexpected> {
    match *actor {
        Actor::Host { user_id } => Ok(find_appointment(on, id).await?.filter(|found| found.host_id == user_id)),
        Actor::Customer { capability, user_id } => {
            if let Some(token) = capability.filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN) {
                let found = find_appointment_by_capability(on, &token_hash(token)).await?;
                if let Some(found) = found.filter(|found| found.id == id) {
                    return Ok(Some(found));
                }
            }
            let Some(user_id) = user_id else { return Ok(None) };
            Ok(find_appointment(on, id)
                .await?
                .filter(|found| found.customer_user_id == Some(user_id)))
        }
    }
}
