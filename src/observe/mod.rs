//! How the running program explains itself: log lines and metrics.
//!
//! Use cases and providers count through the `metrics` facade and log through `tracing`; only here is it decided who
//! listens, and nobody does while nobody may read.

pub mod families;
pub mod logging;
pub mod process;
pub mod recorder;
pub mod scrape;
pub mod traces;
