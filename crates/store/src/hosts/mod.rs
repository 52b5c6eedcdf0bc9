//! Queries about hosts, hours and services.
