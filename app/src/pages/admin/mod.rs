//! What administrators see.

pub mod people;
mod person_row;
