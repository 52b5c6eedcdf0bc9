//! Faults on demand: what can go wrong, which requests it hits, how often, and the book that keeps them.

mod book;
mod kind;
mod rule;

pub(crate) use book::FaultBook;
pub use book::{ActiveFault, FaultError};
pub use kind::FaultKind;
pub(crate) use kind::Place;
pub use rule::{FaultMatch, FaultRule, METHODS};

pub use crate::stripe::operation::STRIPE_METHODS;
