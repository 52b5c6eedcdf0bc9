//! Where TimeTap keeps things: entities, queries, claims and the job queue, the same code on SQLite and PostgreSQL.
//!
//! Every function takes the connection or transaction to work on and the present instant; none begins a transaction of
//! its own. The use cases decide what commits together: see [`database::Database::begin`].

pub mod accounts;
pub mod backup;
pub mod bookings;
pub mod calendars;
pub mod carts;
pub mod catalogue;
pub mod changes;
pub mod database;
pub mod entities;
pub mod error;
mod given_rows;
pub mod hosts;
pub mod inspect;
pub mod jobs;
pub mod maintenance;
pub mod messages;
mod number_rows;
pub mod orders;
pub mod payments;
pub mod sealed;
pub mod settings;
pub mod transaction;
pub mod unix_millis;
mod write_together;

pub use changes::Version;
pub use database::{Database, Engine};
pub use error::StoreError;
pub use transaction::Transaction;
pub use unix_millis::UnixMillis;
