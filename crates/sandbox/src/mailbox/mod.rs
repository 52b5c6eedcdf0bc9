//! The sandbox's mailbox: a real SMTP server that takes every mail, and pages that show them.

pub(crate) mod api;
pub(crate) mod pages;
pub(crate) mod parse;
pub(crate) mod smtp_server;
mod smtp_session;
pub(crate) mod store;
