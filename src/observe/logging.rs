//! Where log lines and spans go: lines to standard error, spans to the collector of traces where there is one.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::traces::Traces;

/// Starts logging to standard error with this filter, and tracing. A second call changes nothing.
pub fn start_logging(filter: &str, json: bool, traces: &Traces) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if json {
        // The spans, outermost first, carry the ids by which lines are joined; the innermost need not be said twice.
        Box::new(
            lines
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_filter(filter),
        )
    } else {
        Box::new(lines.compact().with_filter(filter))
    };
    let spans = traces.tracer().map(|tracer| {
        // Whatever the log leaves out, and of our own spans and events only.
        let ours = Targets::new().with_target("timetap", LevelFilter::INFO);
        tracing_opentelemetry::layer().with_tracer(tracer).with_filter(ours)
    });
    let _ = tracing_subscriber::registry().with(lines).with(spans).try_init();
}
