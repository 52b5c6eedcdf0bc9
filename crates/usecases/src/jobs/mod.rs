//! The durable work of TimeTap: what kinds of job there are, how one is put into the queue, and who does them.

pub mod announce_jobs;
mod crew;
pub mod enqueue_job;
pub mod ensure_standing_jobs;
mod give_up;
pub(crate) mod hand;
pub mod job;
pub mod measure_queue;
pub mod outcome;
mod pace;
pub mod pools;
pub mod retry_dead;
pub mod run_due_jobs;
mod run_job;
pub mod run_worker;
mod settle_job;
pub mod signal;
mod take_jobs;
pub mod take_over;
pub mod tidy_up;
pub mod view_jobs;
pub(crate) mod work_on_job;

pub use announce_jobs::announce_jobs;
pub(crate) use enqueue_job::new_job;
pub use enqueue_job::{When, enqueue_job, enqueue_jobs};
pub use job::Job;
pub use measure_queue::{QueueAges, oldest_due_age, queue_ages};
pub use outcome::JobOutcome;
pub use retry_dead::retry_dead;
pub use run_due_jobs::run_due_jobs;
pub use run_worker::run_worker;
pub use view_jobs::{JobView, JobsPage, view_jobs};
