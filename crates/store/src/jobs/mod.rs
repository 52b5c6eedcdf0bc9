//! The job queue: durable work in a table, leased to one worker at a time.
//!
//! A lease is an instant and a token. The instant says how long the worker may be silent; the token, raised by every
//! claim, is asked for by everything that ends or prolongs a lease, so that a worker which lost its job to another one
//! cannot speak for it any more ([`crate::StoreError::LeaseLost`]).

pub mod claim_jobs;
pub mod complete_job;
pub mod count_jobs;
pub mod delete_finished;
pub mod expire_leases;
pub mod extend_lease;
pub mod insert_job;
pub mod kill_job;
pub mod lease;
pub mod list_jobs;
pub mod listen_jobs;
pub mod next_due;
pub mod park_job;
pub mod plan_by_index;
pub mod reap_leases;
pub mod release_leases;
pub mod requeue_dead;
pub mod retry_job;
pub mod supersede_resting;
pub mod unpark_jobs;
pub mod worker_presence;
