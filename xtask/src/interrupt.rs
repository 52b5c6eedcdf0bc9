//! ^C and SIGTERM. The first asks this program to stop what it started (a server, a database) and leave; a second one
//! ends it on the spot.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use crate::failure::Failure;

/// How often waiting code looks at the flag and at its child.
pub const POLL: Duration = Duration::from_millis(25);

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Starts listening. Called once, by a command that has something to clean up.
pub fn listen() -> Result<(), Failure> {
    let stop = STOP.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        // The order matters: the first signal finds the flag still down and only raises it; the second one exits.
        flag::register_conditional_shutdown(signal, 130, Arc::clone(stop))
            .and_then(|_| flag::register(signal, Arc::clone(stop)))
            .map_err(Failure::while_doing("Listening for ^C"))?;
    }
    Ok(())
}

/// Whether the user asked to stop.
pub fn requested() -> bool {
    STOP.get().is_some_and(|stop| stop.load(Ordering::Relaxed))
}

/// An error once the user asked to stop; what it says is not shown.
pub fn check() -> Result<(), Failure> {
    if requested() {
        Err(Failure::new("Stopped."))
    } else {
        Ok(())
    }
}
