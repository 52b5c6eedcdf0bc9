//! What administrators see.

mod job_words;
pub mod jobs;
pub mod people;
mod person_row;
