//! Queries about claims and appointments.
