//! Queries about connections, busy times and calendar writes.

pub mod upsert_write;
