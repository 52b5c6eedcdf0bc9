//! Trying a transaction again that the database asked to give way.

use std::time::Duration;

use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// How often a transaction is tried in all.
const TRIES: u32 = 6;

/// Waits a little, longer each time and never in step with others, where `error` is one that trying again may mend and
/// `tried` times are not enough. Returns whether to try again.
pub(super) async fn try_again(app: &TimeTap, error: &Unexpected, tried: u32) -> bool {
    let Unexpected::Store(store) = error else { return false };
    if !store.is_transient() || tried >= TRIES {
        return false;
    }
    let pause = app.entropy.between(5, 20_i64 << tried.min(6));
    tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())).await;
    true
}
