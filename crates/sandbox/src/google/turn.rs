//! One request's turn at the state: the world under its lock, and the ports that operations may use.

use jiff::Timestamp;
use timetap_core::entropy::Entropy;

use crate::{
    faults::{FaultKind, Place},
    options::SandboxOptions,
    world::{Later, World},
};

/// What an operation works with.
pub(crate) struct Turn<'a> {
    pub world: &'a mut World,
    pub now: Timestamp,
    pub entropy: &'a Entropy,
    pub options: &'a SandboxOptions,
    pub base_url: &'a str,
    /// Name of the operation, for faults that act inside it.
    pub method: &'static str,
}

impl Turn<'_> {
    /// A fault that acts at this place of the operation.
    pub(crate) fn fault(&mut self, place: Place, account: &str, calendar: &str) -> Option<FaultKind> {
        self.world
            .faults
            .take(place, self.method, Some(account), Some(calendar), self.entropy)
    }

    pub(crate) fn later(&mut self, work: Later) {
        self.world.outbox.push_back(work);
    }
}
