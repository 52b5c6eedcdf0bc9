//! The durable work of TimeTap: what kinds of job there are and how one is put into the queue.

pub mod enqueue_job;
pub mod job;
pub mod signal;

pub use enqueue_job::{When, enqueue_job};
pub use job::Job;
