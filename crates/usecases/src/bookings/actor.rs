//! Who wants something of a booking, and whether it is theirs.

use sea_orm::ConnectionTrait;
use timetap_store::accounts::find_user::find_user;
use timetap_store::bookings::find_appointment::{find_appointment, find_appointment_by_capability};
use timetap_store::entities::appointment;
use timetap_store::hosts::find_host::find_host;
use uuid::Uuid;

use crate::hosts::works_for;
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
    /// The host's side, signed in: who serves the booking, or whoever may act for them.
    Host {
        /// Their account.
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

    /// Whether this is the host's side.
    pub fn is_host(&self) -> bool {
        matches!(self, Self::Host { .. })
    }

    /// The account that acts on the host's side.
    pub(super) fn on_hosts_side(&self) -> Option<Uuid> {
        match self {
            Self::Host { user_id } => Some(*user_id),
            Self::Customer { .. } => None,
        }
    }
}

/// How `account` is called, where that is somebody else than `host_id`, in whose place they act.
pub(super) async fn name_stand_in(
    on: &impl ConnectionTrait,
    account: Option<Uuid>,
    host_id: Uuid,
) -> Result<Option<String>, Unexpected> {
    match account.filter(|account| *account != host_id) {
        Some(account) => name_of(on, account).await,
        None => Ok(None),
    }
}

/// How `account` is called: by the name on their page, where they have one.
pub(super) async fn name_of(on: &impl ConnectionTrait, account: Uuid) -> Result<Option<String>, Unexpected> {
    match find_host(on, account).await? {
        Some(host) => Ok(Some(host.display_name)),
        None => Ok(find_user(on, account).await?.map(|person| person.name)),
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
        Actor::Host { user_id } => {
            let Some(found) = find_appointment(on, id).await? else {
                return Ok(None);
            };
            let may = found.host_id == user_id || works_for(on, user_id, &[found.host_id]).await?;
            Ok(may.then_some(found))
        }
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
