//! Queries about accounts, sessions, one-time tokens and rate limits.
