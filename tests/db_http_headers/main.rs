//! The headers of every answer: of every route that the program has, to whoever asks and by whatever method, and of every kind of
//! refusal and failure (OWASP ASVS 5.0, chapters 3.3 and 3.4, and 4.1.1 on the charset). Refusals are pages that say what to do.
//!
//! What is no request never gets to us: hyper itself answers it (400 to a malformed one, 431 to a head that is too long), with a
//! status, no body, and no header of ours, and closes the connection. No layer can add one there, and nothing of ours is in it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod routes;
mod rules;
mod special;
#[expect(dead_code, reason = "every test binary uses its own part of this")]
#[path = "../support/mod.rs"]
mod support;
