//! Who does something, and from where.

use timetap_core::role::Role;
use uuid::Uuid;

/// The signed-in person on whose behalf something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user_id: Uuid,
    /// What the person may do.
    pub role: Role,
}

/// Where a form came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    /// The network address.
    pub address: String,
    /// A few words such as "Firefox on Linux".
    pub device: String,
}
