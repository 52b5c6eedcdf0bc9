//! The job queue: durable work in a table, leased to one worker at a time.

pub mod insert_job;
