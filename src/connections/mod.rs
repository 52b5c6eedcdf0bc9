//! The connections of clients: how many there may be, how long each may be silent, and who takes them in.
//!
//! Bytes that are awaited from a client are awaited for a limited time: the head of a request here, its body in
//! `http::take_turns`, and the reading of an answer here again. Otherwise a handful of clients that never finish what they
//! began would hold every connection there is.

mod accept;
mod serve_one;
mod unread_answer;

#[cfg(test)]
mod tests;

use std::time::Duration;

pub use accept::begin;

/// More connections than this are not held at a time: enough for a crowd of ten thousand, and for the memory of a small
/// machine not too many (an idle one takes some 10 kB).
const MOST: usize = 16_384;
/// Files that are wanted for other things: the database, logs, mails and calendars.
const OTHER_FILES: usize = 256;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many are held at a time. The next ones stay in the system's line until one ends.
    pub most: usize,
    /// How long after connecting the head of the first request must be there.
    pub first_head: Duration,
    /// How long after an answer the head of the next request must be there.
    pub next_head: Duration,
    /// How long a client may take no byte of its answer.
    pub unread: Duration,
}

impl Limits {
    /// The limits of a process that may open `files` files; `None` stands for any number.
    pub fn with_open_files(files: Option<u64>) -> Self {
        let files = files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX));
        Self {
            most: files.saturating_sub(OTHER_FILES.min(files / 2)).clamp(1, MOST),
            first_head: Duration::from_secs(30),
            // Longer than a proxy keeps a connection that nobody uses, or it would send a form into one that is just being
            // closed: Caddy keeps it for two minutes, nginx for one.
            // <https://caddyserver.com/docs/caddyfile/directives/reverse_proxy#the-http-transport> (keepalive),
            // <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout>
            next_head: Duration::from_secs(150),
            unread: Duration::from_secs(30),
        }
    }
}
