//! Traces and metrics for OpenTelemetry, sent where the environment says (feature `otel`).
//!
//! Threads of the SDK collect and send: no call waits for them. What is not sent yet is sent at the end of the program.

mod call;
mod environment;
mod trace;

pub use call::{CallFacts, CallSpan, Failure};
pub use environment::Service;
pub use trace::{AmbientTrace, TraceContext};

use environment::Environment;
use opentelemetry::global;
use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_application_insights::Exporter;
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest::blocking::Client;
use std::error::Error;
use std::sync::{OnceLock, mpsc};
use std::time::{Duration, Instant};
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

/// The target of the spans of calls.
pub(super) const TARGET: &str = "mcp_trigger::otel";
/// The name of what makes the spans and metrics: MCP's instrumentation scope.
const SCOPE: &str = "mcp-trigger";
/// The modules whose spans and events are about the sending itself.
const SENDING: [&str; 8] = [
    "opentelemetry",
    "opentelemetry_sdk",
    "opentelemetry-otlp",
    "opentelemetry-http",
    "hyper",
    "hyper_util",
    "reqwest",
    "rustls",
];
/// How long the last traces and metrics may take at the end of the program.
const LAST: Duration = Duration::from_secs(3);
/// How long sending may take.
const SENDING_TIME: Duration = Duration::from_secs(10);

/// The export, once it is set up.
static EXPORT: OnceLock<Export> = OnceLock::new();

struct Export {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    durations: Histogram<f64>,
}

/// Whether the export is set up.
pub fn is_started() -> bool {
    EXPORT.get().is_some()
}

/// Sets up the export, if the environment names a place to send to. `true` if it does.
///
/// # Errors
///
/// If a variable of the environment is wrong. Nothing is exported then.
pub(super) fn start(service: &Service) -> Result<bool, Box<dyn Error + Send + Sync>> {
    let environment = Environment::read(&|name| std::env::var(name).ok())?;
    if environment.is_empty() {
        return Ok(false);
    }
    let client = client()?;
    let resource = service.resource();
    let mut traces = SdkTracerProvider::builder().with_resource(resource.clone());
    let mut metrics = SdkMeterProvider::builder().with_resource(resource);
    if environment.otlp_traces {
        let exporter = SpanExporter::builder().with_http().with_http_client(client.clone());
        traces = traces.with_batch_exporter(exporter.with_protocol(environment::PROTOCOL).build()?);
    }
    if environment.otlp_metrics {
        let exporter = MetricExporter::builder().with_http().with_http_client(client.clone());
        let exporter = exporter.with_protocol(environment::PROTOCOL).build()?;
        metrics = metrics.with_reader(PeriodicReader::builder(exporter).build());
    }
    if let Some(connection) = &environment.application_insights {
        let exporter = application_insights(connection, client)?;
        if environment.traces {
            traces = traces.with_batch_exporter(exporter.clone());
        }
        if environment.metrics {
            metrics = metrics.with_reader(PeriodicReader::builder(exporter).build());
        }
    }
    let (traces, metrics) = (traces.build(), metrics.build());
    global::set_tracer_provider(traces.clone());
    global::set_meter_provider(metrics.clone());
    let durations = call::durations(&metrics.meter(SCOPE));
    let _ = EXPORT.set(Export { traces, metrics, durations });
    Ok(true)
}

/// The exporter for Application Insights.
///
/// # Errors
///
/// If the connection string cannot be read.
fn application_insights(connection: &str, client: Client) -> Result<Exporter<Client>, Box<dyn Error + Send + Sync>> {
    // With a separator at its end, as some pages show it, the exporter does not read it.
    let connection = connection.trim_end_matches(';');
    let exporter = Exporter::new_from_connection_string(connection, client)?;
    let mut parts = connection.split(';').filter_map(|part| part.split_once('='));
    let endpoint = parts.rfind(|(name, _)| name.eq_ignore_ascii_case("IngestionEndpoint"));
    match endpoint {
        // The exporter would make https of it.
        Some((_, endpoint)) if endpoint.starts_with("http://") => with_endpoint(exporter, endpoint),
        _ => Ok(exporter),
    }
}

#[allow(deprecated, reason = "no other way to an endpoint without TLS, such as a proxy on this machine")]
fn with_endpoint(exporter: Exporter<Client>, endpoint: &str) -> Result<Exporter<Client>, Box<dyn Error + Send + Sync>> {
    exporter.with_endpoint(endpoint)
}

/// The HTTP client of all exporters. Made on a thread of its own, because it has a runtime of its own.
fn client() -> Result<Client, Box<dyn Error + Send + Sync>> {
    let client = || Client::builder().timeout(SENDING_TIME).build();
    let made = std::thread::Builder::new().name("otel".to_owned()).spawn(client)?.join();
    Ok(made.map_err(|_| "the HTTP client of OpenTelemetry panicked")??)
}

/// The layer of `tracing` that makes spans of OpenTelemetry of those that `levels` let through, and of calls.
pub(super) fn layer<S>(levels: Targets) -> Option<impl Layer<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let export = EXPORT.get()?;
    let spans = SENDING.into_iter().fold(levels, |levels, target| levels.with_target(target, LevelFilter::OFF));
    let spans = spans.with_target(TARGET, LevelFilter::INFO);
    let layer = tracing_opentelemetry::layer().with_tracer(export.traces.tracer(SCOPE));
    let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
    // A function may log an error and succeed.
    Some(layer.with_error_events_to_status(false).with_filter(spans))
}

/// Sends what was not sent yet, for 3 s at most.
pub(super) fn shutdown() {
    let Some(export) = EXPORT.get() else { return };
    let (done, ends) = mpsc::channel();
    let last = |send: fn(&Export)| {
        let done = done.clone();
        let sending = move || {
            send(export);
            let _ = done.send(());
        };
        std::thread::Builder::new().name("otel".to_owned()).spawn(sending).is_ok()
    };
    let both = [
        last(|export| drop(export.traces.shutdown_with_timeout(LAST))),
        last(|export| drop(export.metrics.shutdown_with_timeout(LAST))),
    ];
    let deadline = Instant::now() + LAST;
    for _ in both.into_iter().filter(|is_sending| *is_sending) {
        let _ = ends.recv_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}
