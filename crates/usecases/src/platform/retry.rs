//! Trying a transaction again that the database asked to give way.

use std::time::Duration;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often a transaction is tried in all.
const TRIES: u32 = 6;

/// [`wait_to_try`] where `error` is one that trying again may mend.
pub(crate) async fn try_again(app: &TimeTap, error: &Unexpected, tried: u32) -> bool {
    let Unexpected::Store(store) = error else { return false };
    store.is_transient() && wait_to_try(app, tried).await
}

/// Waits a little, longer each time and never in step with others, where `tried` times are not enough. Returns whether to
/// try again.
pub(crate) async fn wait_to_try(app: &TimeTap, tried: u32) -> bool {
    if tried >= TRIES {
        return false;
    }
    let pause = app.entropy.between(5, 20_i64 << tried.min(6));
    tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())).await;
    true
}
