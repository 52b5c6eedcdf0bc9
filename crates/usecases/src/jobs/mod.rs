//! The durable work of TimeTap: what kinds of job there are, how one is put into the queue, and who does them.

pub mod enqueue_job;
pub mod job;
pub mod outcome;
pub mod signal;

pub use enqueue_job::{When, enqueue_job};
pub use job::Job;
pub use outcome::JobOutcome;
