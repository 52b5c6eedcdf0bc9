//! What administrators see.

mod job_words;
pub mod jobs;
pub mod people;
pub mod person_row;
