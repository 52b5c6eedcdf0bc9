//! What TimeTap does: one use case per file, plain functions over [`TimeTap`].
//!
//! A use case parses what it is given, decides by the rules of `timetap-core`, and commits everything that belongs
//! together, state and jobs, in one transaction. No provider is called inside a transaction or on the path of a page:
//! that is what jobs are for.

pub mod accounts;
pub mod backup;
pub mod bookings;
pub mod calendars;
pub mod carts;
pub mod catalogue;
pub mod hosts;
pub mod jobs;
pub mod keys;
pub mod mail;
pub mod orders;
pub mod payments;
pub mod platform;

pub use platform::field_errors::FieldErrors;
pub use platform::keyring::{Keyring, Sealed};
pub use platform::settings::Settings;
pub use platform::timetap::TimeTap;
pub use platform::unexpected::Unexpected;
