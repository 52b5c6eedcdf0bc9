//! What every call of a provider leaves behind: a line in the log and a count in the metrics, by provider, operation and
//! outcome.
//!
//! Counting goes through the `metrics` facade, which is no more than a place to call: without a recorder, which only the
//! program itself installs, nothing happens. So this crate knows neither Prometheus nor who reads the figures.

use std::time::Instant;

/// Whom we call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Provider {
    Google,
    Smtp,
    Stripe,
}

impl Provider {
    const fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Smtp => "smtp",
            Self::Stripe => "stripe",
        }
    }
}

/// Awaits `call` and notes how it went. `code` gives the error's stable word; what was sent and to whom is never noted.
pub(crate) async fn observe<T, E>(
    provider: Provider,
    operation: &'static str,
    call: impl Future<Output = Result<T, E>>,
    code: impl FnOnce(&E) -> &'static str,
) -> Result<T, E> {
    let begun = Instant::now();
    let result = call.await;
    let took = begun.elapsed();
    let (provider, outcome) = (provider.name(), result.as_ref().err().map_or("ok", code));
    tracing::info!(provider, operation, outcome, millis = took.as_millis(), "provider call");
    metrics::counter!(
        "timetap_provider_calls_total", "provider" => provider, "operation" => operation, "outcome" => outcome
    )
    .increment(1);
    metrics::histogram!(
        "timetap_provider_call_duration_seconds", "provider" => provider, "operation" => operation
    )
    .record(took);
    result
}
