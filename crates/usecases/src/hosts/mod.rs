//! Hosts: profile, hours and services.
