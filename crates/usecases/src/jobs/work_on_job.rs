//! One job, from its claim to its end: the attempt, the signs of life beside it, and what it came to.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use timetap_core::retry::MAX_ATTEMPTS;
use timetap_store::StoreError;
use timetap_store::entities::job;
use timetap_store::jobs::extend_lease::extend_lease;
use timetap_store::jobs::lease::Lease;
use tracing::Instrument;

use crate::jobs::hand::Tools;
use crate::jobs::job::Job;
use crate::jobs::outcome::JobOutcome;
use crate::jobs::run_job::run_job;
use crate::jobs::settle_job::settle_job;
use crate::platform::cause::{Cause, join_trace, on_behalf_of};
use crate::platform::timetap::TimeTap;
use crate::platform::unexpected::Unexpected;

/// Until when a lease taken now holds.
pub fn lease_until(app: &TimeTap) -> Timestamp {
    let lease = SignedDuration::try_from(app.settings.job_lease).unwrap_or(SignedDuration::from_secs(30));
    let now = app.clock.now();
    now.saturating_add(lease).unwrap_or(now)
}

/// Does the claimed job `row` with these `tools`. Nothing that goes wrong gets out of here: it is logged once and noted in
/// the queue. A lease that was lost ends the attempt, because somebody else is at it. Its lines and those of everything below
/// it stand in a span that names the job, the attempt and the request that made the job.
pub async fn work_on_job(app: &TimeTap, row: &job::Model, tools: Tools) {
    // At the level of errors, so that the span is there wherever a line is.
    let span = tracing::error_span!(
        "job",
        job_id = %row.id,
        kind = %row.kind,
        attempt = row.attempts + 1,
        request_id = row.caused_by,
    );
    join_trace(&span, row);
    on_behalf_of(Cause::of_job(row), Box::pin(attempt(app, row, tools)).instrument(span)).await;
}

async fn attempt(app: &TimeTap, row: &job::Model, mut tools: Tools) {
    let mut begun = Instant::now();
    let job = read_job(row);
    let outcome = match &job {
        Err(error) => JobOutcome::dead("unreadable", format!("This version cannot read the job: {error}.")),
        // Failures that were noted end at this number by themselves, so these are leases that ran out.
        Ok(job) if row.attempts >= i64::from(MAX_ATTEMPTS) && !job.goes_on_for_ever() => JobOutcome::dead(
            "worker_lost",
            "Its workers fell silent again and again; the log of those times may say why.",
        ),
        Ok(job) => {
            let attempt = async {
                // A job that was claimed ahead gives signs of life, too, while it waits for a hand.
                if !tools.begin().await {
                    return None;
                }
                begun = Instant::now();
                let attempt = AssertUnwindSafe(Box::pin(run_job(app, job, &mut tools))).catch_unwind();
                Some(attempt.await)
            };
            tokio::select! {
                result = attempt => match result {
                    Some(result) => read_result(row, result),
                    // The worker is to stop, and gives the lease back.
                    None => return,
                },
                () = keep_alive(app, row.lease()) => {
                    tracing::warn!(job = %row.id, kind = %row.kind, "job: the lease was lost; another worker has it");
                    count_attempt(job, "lease_lost", begun);
                    return;
                }
            }
        }
    };
    log_outcome(row, &outcome, begun);
    if let Ok(job) = &job {
        count_attempt(job, outcome.name(), begun);
    }
    match settle_job(app, row, job.as_ref().ok(), &outcome).await {
        Ok(()) => {}
        Err(Unexpected::Store(StoreError::LeaseLost)) => {
            tracing::warn!(job = %row.id, kind = %row.kind, "job: the lease was lost at the end; another worker has it");
        }
        // The lease runs out by itself, and the job is tried again.
        Err(error) => {
            tracing::error!(job = %row.id, kind = %row.kind, %error, "job: what it came to could not be noted");
        }
    }
}

fn read_job(row: &job::Model) -> Result<Job, serde_json::Error> {
    serde_json::from_value(serde_json::json!({ "kind": row.kind, "payload": row.payload }))
}

type Attempt = Result<Result<JobOutcome, Unexpected>, Box<dyn std::any::Any + Send>>;

fn read_result(row: &job::Model, result: Attempt) -> JobOutcome {
    match result {
        Ok(Ok(outcome)) => outcome,
        // Said once, when the end of the attempt finds the lease gone.
        Ok(Err(Unexpected::Store(StoreError::LeaseLost))) => {
            JobOutcome::backoff("lease_lost", "Another worker has it.")
        }
        Ok(Err(error)) => {
            tracing::error!(job = %row.id, kind = %row.kind, %error, "job: something of our own broke");
            JobOutcome::backoff("internal", "Something broke inside TimeTap; its log says more.")
        }
        Err(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default();
            tracing::error!(job = %row.id, kind = %row.kind, panic = text, "job: panicked");
            JobOutcome::backoff("panicked", "Something broke inside TimeTap; its log says more.")
        }
    }
}

/// Counted through a facade that does nothing until the program installs a recorder; see the provider calls.
fn count_attempt(job: &Job, outcome: &'static str, begun: Instant) {
    metrics::counter!("timetap_job_attempts_total", "kind" => job.kind(), "outcome" => outcome).increment(1);
    metrics::histogram!("timetap_job_attempt_duration_seconds", "kind" => job.kind()).record(begun.elapsed());
}

fn log_outcome(row: &job::Model, outcome: &JobOutcome, begun: Instant) {
    let subject = row.subject_id.map(|id| id.to_string()).unwrap_or_default();
    let (job, kind, attempts) = (row.id, row.kind.as_str(), row.attempts + 1);
    match outcome {
        JobOutcome::Done | JobOutcome::Noted => {
            tracing::info!(subject, millis = begun.elapsed().as_millis(), "job: done");
        }
        JobOutcome::Again { .. } => tracing::debug!(subject, millis = begun.elapsed().as_millis(), "job: looks again"),
        JobOutcome::Backoff { code, message, .. } => {
            tracing::warn!(%job, kind, subject, attempts, code, why = message, "job: failed, will be tried again");
        }
        JobOutcome::Park { code, message } => {
            tracing::warn!(%job, kind, subject, code, why = message, "job: waits for a person");
        }
        JobOutcome::Dead { code, message } => {
            tracing::error!(%job, kind, subject, attempts, code, why = message, "job: failed for good");
        }
    }
}

/// Gives signs of life, three in the time of a lease. Returns only when the lease is lost.
async fn keep_alive(app: &TimeTap, lease: Lease) {
    let pause = (app.settings.job_lease / 3).max(Duration::from_millis(10));
    loop {
        tokio::time::sleep(pause).await;
        match extend_lease(app.db.writer(), lease, lease_until(app)).await {
            Ok(()) => {}
            Err(StoreError::LeaseLost) => return,
            Err(error) => tracing::warn!(job = %lease.job_id, %error, "job: a sign of life could not be given"),
        }
    }
}
