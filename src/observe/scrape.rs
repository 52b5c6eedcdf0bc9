//! One reading of the metrics: what was counted, and what the database and the kernel say at this moment.

use std::time::Duration;

use metrics::gauge;
use timetap_usecases::TimeTap;
use timetap_usecases::jobs::pools::POOLS;
use timetap_usecases::jobs::view_jobs::STATES;
use timetap_usecases::jobs::{QueueAges, queue_ages};

use super::process::{open_files, resident_bytes};
use super::recorder::Recorder;

/// How long the database may take; a reading must come back when the database does not.
const PATIENCE: Duration = Duration::from_secs(2);

/// Everything, as text.
pub async fn scrape(app: &TimeTap, recorder: &Recorder) -> String {
    match tokio::time::timeout(PATIENCE, queue_ages(app)).await {
        Ok(Ok(ages)) => note_queue(Some(&ages)),
        Ok(Err(error)) => {
            tracing::warn!(%error, "metrics: the queue cannot be measured");
            note_queue(None);
        }
        Err(_) => note_queue(None),
    }
    gauge!("timetap_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    if let Some(bytes) = resident_bytes() {
        gauge!("process_resident_memory_bytes").set(as_float(bytes));
    }
    if let Some(files) = open_files() {
        gauge!("process_open_fds").set(as_float(files as u64));
    }
    recorder.render()
}

/// Every kind and state has its figure, also where there is no such job; all are unknown while the database is silent.
fn note_queue(ages: Option<&QueueAges>) {
    gauge!("timetap_database_up").set(if ages.is_some() { 1.0 } else { 0.0 });
    for kind in POOLS.iter().flat_map(|pool| pool.kinds) {
        for state in STATES {
            let jobs = ages.map_or(f64::NAN, |ages| {
                let same = ages
                    .counts
                    .iter()
                    .filter(|count| count.kind == *kind && count.state == state);
                as_float(same.map(|count| count.jobs.unsigned_abs()).sum())
            });
            gauge!("timetap_jobs", "kind" => *kind, "state" => state).set(jobs);
        }
    }
    let seconds = |age: fn(&QueueAges) -> Duration| ages.map_or(f64::NAN, |ages| age(ages).as_secs_f64());
    gauge!("timetap_oldest_due_job_age_seconds").set(seconds(|ages| ages.oldest_due));
    gauge!("timetap_oldest_busy_times_age_seconds").set(seconds(|ages| ages.oldest_busy_times));
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, and a figure for graphs")]
fn as_float(number: u64) -> f64 {
    number as f64
}
