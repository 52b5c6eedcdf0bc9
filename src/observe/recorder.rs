//! Keeps what the program counts, where somebody may read it: the `metrics` facade on one side, `prometheus-client` on the
//! other.
//!
//! The facade lets the crates below count without knowing who reads; `prometheus-client` keeps each figure in place, so that
//! memory does not grow with the traffic between two readings, and depends on next to nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use metrics::{CounterFn, GaugeFn, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::families::{FAMILIES, Kind};

/// The upper bounds of every histogram, in seconds: pages are answered in milliseconds, providers in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];

type Labels = Vec<(String, String)>;
type MakeHistogram = fn() -> Histogram;

/// What is kept. Clones share it.
#[derive(Clone)]
pub struct Recorder(Arc<Kept>);

struct Kept {
    registry: Registry,
    counters: HashMap<&'static str, Family<Labels, Counter>>,
    gauges: HashMap<&'static str, Family<Labels, Gauge<f64, AtomicU64>>>,
    seconds: HashMap<&'static str, Family<Labels, Histogram, MakeHistogram>>,
}

impl Recorder {
    /// Begins to keep what is counted anywhere in this process. Without this call counting does nothing.
    ///
    /// # Errors
    /// Something else in this process keeps it already.
    pub fn begin() -> anyhow::Result<Self> {
        let recorder = Self::new();
        metrics::set_global_recorder(recorder.clone())
            .ok()
            .context("the metrics cannot be kept")?;
        Ok(recorder)
    }

    /// One that nothing is counted in yet.
    pub fn new() -> Self {
        let mut registry = Registry::default();
        let (mut counters, mut gauges, mut seconds) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (name, kind, help) in FAMILIES {
            match kind {
                Kind::Counter => {
                    let family = Family::default();
                    // The registry appends the suffix itself.
                    registry.register(name.trim_end_matches("_total"), help, family.clone());
                    counters.insert(name, family);
                }
                Kind::Gauge => {
                    let family = Family::default();
                    registry.register(name, help, family.clone());
                    gauges.insert(name, family);
                }
                Kind::Seconds => {
                    let make: MakeHistogram = || Histogram::new(SECONDS);
                    let family = Family::new_with_constructor(make);
                    registry.register(name, help, family.clone());
                    seconds.insert(name, family);
                }
            }
        }
        Self(Arc::new(Kept {
            registry,
            counters,
            gauges,
            seconds,
        }))
    }

    /// Everything, in the text format of `OpenMetrics`.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }
}

fn labels(key: &Key) -> Labels {
    key.labels()
        .map(|label| (label.key().to_owned(), label.value().to_owned()))
        .collect()
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> metrics::Counter {
        match self.0.counters.get(key.name()) {
            Some(family) => metrics::Counter::from_arc(Arc::new(Grows(family.get_or_create_owned(&labels(key))))),
            None => metrics::Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> metrics::Gauge {
        match self.0.gauges.get(key.name()) {
            Some(family) => metrics::Gauge::from_arc(Arc::new(Moves(family.get_or_create_owned(&labels(key))))),
            None => metrics::Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        match self.0.seconds.get(key.name()) {
            Some(family) => metrics::Histogram::from_arc(Arc::new(Spreads(family.get_or_create_owned(&labels(key))))),
            None => metrics::Histogram::noop(),
        }
    }
}

struct Grows(Counter);

impl CounterFn for Grows {
    fn increment(&self, by: u64) {
        self.0.inc_by(by);
    }

    fn absolute(&self, value: u64) {
        self.0.inner().fetch_max(value, Ordering::Relaxed);
    }
}

struct Moves(Gauge<f64, AtomicU64>);

impl GaugeFn for Moves {
    fn increment(&self, by: f64) {
        self.0.inc_by(by);
    }

    fn decrement(&self, by: f64) {
        self.0.dec_by(by);
    }

    fn set(&self, value: f64) {
        self.0.set(value);
    }
}

struct Spreads(Histogram);

impl HistogramFn for Spreads {
    fn record(&self, seconds: f64) {
        self.0.observe(seconds);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn keeps_what_is_in_the_table_and_nothing_else() {
        let recorder = Recorder::new();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("timetap_bookings_total", "outcome" => "booked").increment(2);
            metrics::gauge!("timetap_oldest_due_job_age_seconds").set(1.5);
            metrics::histogram!("timetap_http_request_duration_seconds", "route" => "/", "method" => "GET")
                .record(Duration::from_millis(30));
            metrics::counter!("something_else_total", "id" => "17").increment(1);
        });
        let text = recorder.render();
        assert!(
            text.contains("timetap_bookings_total{outcome=\"booked\"} 2\n"),
            "{text}"
        );
        assert!(text.contains("timetap_oldest_due_job_age_seconds{} 1.5\n"), "{text}");
        let bucket = |bound: &str| {
            format!("timetap_http_request_duration_seconds_bucket{{le=\"{bound}\",route=\"/\",method=\"GET\"}}")
        };
        assert!(text.contains(&format!("{} 0\n", bucket("0.025"))), "{text}");
        assert!(text.contains(&format!("{} 1\n", bucket("0.05"))), "{text}");
        assert!(!text.contains("something_else"), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }
}
