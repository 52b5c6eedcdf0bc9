//! Traces: the spans of requests and jobs, sent to a collector by OTLP (protobuf over HTTP), where the operator has one.
//!
//! Spans go through a queue of limited length and leave from a thread of their own. A collector that is slow or away costs
//! the spans that do not fit, and nobody any time.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use timetap_providers::http::{Timeouts, build_client};
use tokio::runtime::Handle;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use url::Url;

/// How long a collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last spans may take to leave when the program ends.
const FAREWELL: Duration = Duration::from_millis(500);

/// The way to the collector; without one all of this does nothing.
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Prepares to send spans to the collector at `endpoint`, such as `http://127.0.0.1:4318`. Call within the runtime.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn to(endpoint: &Url) -> anyhow::Result<Self> {
        let timeouts = Timeouts {
            connect: PATIENCE,
            total: PATIENCE,
        };
        let sender = Sender {
            http: build_client(timeouts).context("the HTTP client for traces could not be made")?,
            runtime: Handle::current(),
            failing: AtomicBool::new(false),
        };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(sender)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .context("otlp_endpoint")?;
        let resource = Resource::builder_empty()
            .with_attribute(opentelemetry::KeyValue::new("service.name", "timetap"))
            .with_attribute(opentelemetry::KeyValue::new(
                "service.version",
                env!("CARGO_PKG_VERSION"),
            ))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Self(Some(provider)))
    }

    /// What makes spans, where there is a collector.
    pub fn tracer(&self) -> Option<SdkTracer> {
        self.0.as_ref().map(|provider| provider.tracer("timetap"))
    }

    /// Sends what is left, as far as that is quick.
    pub async fn finish(self) {
        if let Some(provider) = self.0 {
            // The call blocks, while the sending thread needs the runtime.
            let flushed = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(FAREWELL));
            let _ = tokio::time::timeout(FAREWELL * 2, flushed).await;
        }
    }
}

/// `span` as a W3C `traceparent` (w3.org/TR/trace-context), where it is traced.
pub fn trace_parent(span: &tracing::Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| {
        let flags = context.trace_flags().to_u8();
        format!("00-{}-{}-{flags:02x}", context.trace_id(), context.span_id())
    })
}

/// Makes `span`, which was not entered yet, a part of the trace that `trace_parent` names. What is not a `traceparent`, and
/// spans that are not traced, are left alone.
pub fn join_trace(span: &tracing::Span, trace_parent: &str) {
    if let Some(context) = parse_parent(trace_parent) {
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(context));
    }
}

fn parse_parent(text: &str) -> Option<SpanContext> {
    let mut parts = text.strip_prefix("00-")?.split('-');
    let trace = TraceId::from_hex(parts.next()?).ok()?;
    let span = SpanId::from_hex(parts.next()?).ok()?;
    let flags = u8::from_str_radix(parts.next()?, 16).ok()?;
    let context = SpanContext::new(trace, span, TraceFlags::new(flags), true, TraceState::default());
    context.is_valid().then_some(context)
}

/// Sends batches by the client that the providers use, on the program's runtime, as the thread of the batches has none.
#[derive(Debug)]
struct Sender {
    http: reqwest::Client,
    runtime: Handle,
    failing: AtomicBool,
}

impl Sender {
    /// Says once that the collector is away, and once that it is back.
    fn note(&self, failed: bool) {
        if self.failing.swap(failed, Ordering::Relaxed) != failed {
            if failed {
                tracing::warn!("traces: the collector does not take them; they are dropped meanwhile");
            } else {
                tracing::info!("traces: the collector takes them again");
            }
        }
    }
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl HttpClient for Sender {
    fn send_bytes<'life, 'sent>(&'life self, request: Request<Bytes>) -> Sent<'sent>
    where
        'life: 'sent,
        Self: 'sent,
    {
        let http = self.http.clone();
        let task = self.runtime.spawn(async move {
            let answer = http.execute(request.try_into()?).await?.error_for_status()?;
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = answer.status();
            *response.body_mut() = answer.bytes().await?;
            Ok::<_, reqwest::Error>(response)
        });
        Box::pin(async move {
            let sent = task.await;
            self.note(!matches!(sent, Ok(Ok(_))));
            Ok(sent??)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_parent_is_read_as_the_standard_writes_it() {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = parse_parent(text).unwrap();
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span_id().to_string(), "00f067aa0ba902b7");
        assert!(context.is_sampled() && context.is_remote());
        for wrong in [
            "",
            "00",
            "00-0-0-01",
            "01-x",
            "00-00000000000000000000000000000000-0000000000000000-01",
        ] {
            assert!(parse_parent(wrong).is_none(), "{wrong}");
        }
    }
}
