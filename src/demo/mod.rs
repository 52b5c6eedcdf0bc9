//! The demo: sandbox, keys, seed and server in one process, so that a person with no account anywhere sees everything work.

mod connect_calendar;
mod keys;
mod people;
mod run_demo;
mod seed;
mod seed_shop;

pub use run_demo::{DemoPlace, run_demo};
