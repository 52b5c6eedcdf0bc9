//! Looks at the database as an operator's doctor does: facts, without judging them and without changing anything.

pub mod list_migrations;
pub mod postgres_facts;
pub mod probe_write;
pub mod queue_health;
pub mod sqlite_facts;
