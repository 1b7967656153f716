//! The span of a call, and its duration, in the words of OpenTelemetry's conventions for MCP (semantic-conventions-genai: `mcp`).

use super::{EXPORT, TARGET, TraceContext};
use crate::telemetry::line;
use opentelemetry::metrics::{Histogram, Meter};
use opentelemetry::trace::{Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue, Value};
use std::time::Instant;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The name of the metric.
const DURATION: &str = "mcp.server.operation.duration";
/// The attribute with the revision of MCP.
const REVISION: &str = "mcp.protocol.version";
/// The upper bounds that the conventions want, in seconds.
const BOUNDS: [f64; 14] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// The histogram of durations.
pub(super) fn durations(meter: &Meter) -> Histogram<f64> {
    let durations = meter.f64_histogram(DURATION).with_unit("s").with_boundaries(BOUNDS.to_vec());
    durations.with_description("Duration of calls of functions, as the server sees them").build()
}

/// The facts of a call that are known before the call begins.
#[derive(Clone, Debug, Default)]
pub struct CallFacts<'a> {
    /// The method of MCP.
    pub method: &'static str,
    /// The name of the tool.
    pub tool: Option<&'a str>,
    /// The name of the prompt.
    pub prompt: Option<&'a str>,
    /// The name of the resource.
    pub resource: Option<&'a str>,
    /// The address of the resource.
    pub uri: Option<&'a str>,
    /// The id of the session.
    pub session: Option<&'a str>,
    /// The id of the request: JSON text.
    pub request: Option<&'a str>,
    /// The revision of MCP that the server speaks with the client.
    pub revision: Option<&'static str>,
    /// The revision of MCP that the client has sent to the Functions host. It may be any text.
    pub declared_revision: Option<&'a str>,
    /// The id of the invocation.
    pub invocation: &'a str,
    /// The endpoint that the call came to.
    pub endpoint: &'static str,
    /// Whether the client is at the other end of standard input and output.
    pub is_stdio: bool,
    /// The trace context of the message.
    pub message: TraceContext<'a>,
    /// The trace context of the HTTP request.
    pub http: TraceContext<'a>,
}

/// How a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of the error, of which there are few: `error.type`.
    pub kind: String,
    /// The code of the JSON-RPC error, if the answer is one.
    pub code: Option<i32>,
    /// The message for the owner of the app.
    pub message: Option<String>,
}

/// The span of a running call. If it is dropped, the call has ended without an outcome.
#[derive(Debug)]
pub struct CallSpan {
    span: Span,
    start: Instant,
    /// The attributes of the metric.
    attributes: Vec<KeyValue>,
    is_ended: bool,
}

impl CallSpan {
    /// Begins a span. `None` if nothing is exported.
    pub fn begin<'a>(facts: impl FnOnce() -> CallFacts<'a>) -> Option<Self> {
        EXPORT.get()?;
        let facts = facts();
        let target = facts.tool.or(facts.prompt);
        let name = target.map_or_else(|| facts.method.to_owned(), |target| format!("{} {target}", facts.method));
        let span = tracing::info_span!(target: TARGET, "call", otel.name = name, otel.kind = "server");
        facts.set_parent(&span);
        let attributes = facts.attributes();
        for KeyValue { key, value, .. } in &attributes {
            span.set_attribute(key.clone(), value.clone());
        }
        facts.set_details(&span);
        Some(CallSpan { span, start: Instant::now(), attributes, is_ended: false })
    }

    /// The span, in which the function runs.
    pub fn span(&self) -> &Span {
        &self.span
    }

    /// Ends the call.
    pub fn ended(mut self, failure: Option<Failure>) {
        match failure {
            None => self.end("succeeded"),
            Some(Failure { kind, code, message }) => {
                self.add("error.type", kind);
                if let Some(code) = code {
                    self.add("rpc.response.status_code", code.to_string());
                }
                self.span.set_status(status(message.as_deref()));
                self.end("failed");
            }
        }
    }

    fn end(&mut self, outcome: &'static str) {
        self.is_ended = true;
        self.add("mcp_trigger.outcome", outcome);
        if let Some(export) = EXPORT.get() {
            export.durations.record(self.start.elapsed().as_secs_f64(), &self.attributes);
        }
    }

    fn add(&mut self, key: &'static str, value: impl Into<Value>) {
        let attribute = KeyValue::new(key, value);
        self.span.set_attribute(attribute.key.clone(), attribute.value.clone());
        self.attributes.push(attribute);
    }
}

/// The status of a failed call. The message is cut as a line of the log is: the span keeps it until the span is sent.
fn status(message: Option<&str>) -> Status {
    Status::error(message.map(line).unwrap_or_default())
}

/// The client has cancelled the call or gone away, or is asked a question and will call again.
impl Drop for CallSpan {
    fn drop(&mut self) {
        if !self.is_ended {
            self.end("unfinished");
        }
    }
}

impl CallFacts<'_> {
    /// The parent is the span of the message, and what surrounds it is linked: one HTTP request may carry several messages.
    fn set_parent(&self, span: &Span) {
        let ambient = Context::current();
        let http =
            Some(ambient).filter(|ambient| ambient.span().span_context().is_valid()).or_else(|| self.http.remote());
        // The span was not entered yet, so its parent can be set.
        let _ = match (self.message.remote(), http) {
            (Some(message), http) => {
                if let Some(http) = http {
                    span.add_link(http.span().span_context().clone());
                }
                span.set_parent(message)
            }
            (None, Some(http)) => span.set_parent(http),
            (None, None) => Ok(()),
        };
    }

    /// The attributes of span and metric: each has few values.
    fn attributes(&self) -> Vec<KeyValue> {
        let text = |key: &'static str, value: &str| KeyValue::new(key, value.to_owned());
        let mut attributes = vec![
            KeyValue::new("mcp.method.name", self.method),
            KeyValue::new("mcp_trigger.endpoint", self.endpoint),
            KeyValue::new("network.transport", if self.is_stdio { "pipe" } else { "tcp" }),
        ];
        if !self.is_stdio {
            attributes.push(KeyValue::new("network.protocol.name", "http"));
        }
        if let Some(tool) = self.tool {
            attributes.extend([text("gen_ai.tool.name", tool), KeyValue::new("gen_ai.operation.name", "execute_tool")]);
        }
        attributes.extend(self.prompt.map(|prompt| text("gen_ai.prompt.name", prompt)));
        attributes.extend(self.resource.map(|resource| text("mcp_trigger.resource.name", resource)));
        attributes.extend(self.revision.map(|revision| KeyValue::new(REVISION, revision)));
        attributes
    }

    /// Sets the attributes that differ from call to call.
    fn set_details(&self, span: &Span) {
        let id = self.request.map(|id| id.trim_matches('"'));
        let declared = self.declared_revision.filter(|revision| revision.len() == "2025-11-25".len());
        let details = [
            ("mcp.resource.uri", self.uri),
            ("mcp.session.id", self.session),
            ("jsonrpc.request.id", id),
            (REVISION, declared),
        ];
        for (key, value) in details {
            if let Some(value) = value {
                span.set_attribute(key, value.to_owned());
            }
        }
        span.set_attribute("faas.invocation_id", self.invocation.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::LINE_LIMIT;

    #[test]
    fn metrics_have_no_text_of_the_client() {
        let attributes = |facts: CallFacts<'_>| {
            let names = facts.attributes().into_iter().map(|attribute| attribute.value.to_string());
            names.collect::<Vec<_>>()
        };
        let facts = CallFacts { revision: Some("2025-11-25"), ..CallFacts::default() };
        assert!(attributes(facts).contains(&"2025-11-25".to_owned()));
        let text = Some("chosen by the client");
        let facts =
            CallFacts { declared_revision: text, uri: text, session: text, request: text, ..CallFacts::default() };
        assert!(!attributes(facts).contains(&"chosen by the client".to_owned()));
    }

    #[test]
    fn a_long_message_is_cut() {
        let message = "x".repeat(1_000_000);
        let Status::Error { description } = status(Some(&message)) else { panic!() };
        assert!(description.len() < LINE_LIMIT + 100, "{}", description.len());
    }
}
