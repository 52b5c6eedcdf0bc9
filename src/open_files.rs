//! Lets the process hold as many connections as the system allows.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the number of files that may be open from the customary start value to the most that is allowed, as every
/// connection is one. Gives how many may be open now; `None` stands for any number.
///
/// The start value is low for the sake of old programs that use `select(2)`; others are asked to raise it:
/// <https://0pointer.net/blog/file-descriptor-limits.html>.
pub fn allow_many() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return current;
    }
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, allowed = current, "the number of open files cannot be raised");
        return current;
    }
    maximum
}
