//! Calls to Google on the path of a page: the few that cannot be a job, and how long they may take.

use std::future::Future;
use std::time::Duration;

use timetap_providers::google::GoogleError;

/// In all, however many calls that is. Longer than this, a person presses the button once more.
const PATIENCE: Duration = Duration::from_secs(8);

/// What `calls` come to, or [`GoogleError::Timeout`] when they take longer than somebody waits.
///
/// # Errors
/// Google's, or that it took too long.
pub(super) async fn while_a_person_waits<T>(
    calls: impl Future<Output = Result<T, GoogleError>>,
) -> Result<T, GoogleError> {
    tokio::time::timeout(PATIENCE, calls)
        .await
        .unwrap_or(Err(GoogleError::Timeout { sent: true }))
}
