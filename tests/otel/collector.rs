//! A collector of OpenTelemetry, and the ingestion endpoint of Application Insights, on loopback.

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message as _;
use serde_json::{Map, Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};

/// A collector. It takes whatever it is sent.
pub(crate) struct Collector {
    pub(crate) address: SocketAddr,
    requests: Receiver<Request>,
}

/// What an exporter sent.
#[derive(Debug)]
struct Request {
    path: String,
    body: Vec<u8>,
}

/// A span, with its attributes as JSON.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) name: String,
    pub(crate) kind: i32,
    pub(crate) trace: String,
    pub(crate) id: String,
    pub(crate) parent: String,
    pub(crate) links: Vec<String>,
    pub(crate) events: Vec<String>,
    pub(crate) attributes: Value,
    /// The code and the message.
    pub(crate) status: (i32, String),
    /// The attributes of the service.
    pub(crate) service: Value,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || answer(stream, &sender));
            }
        });
        Collector { address, requests }
    }

    /// All that came so far, of one path.
    fn taken(&self, path: &str) -> Vec<Vec<u8>> {
        let requests: Vec<_> = self.requests.try_iter().collect();
        requests.into_iter().filter(|request| request.path == path).map(|request| request.body).collect()
    }

    /// The spans and the points of histograms that came, from an app that has ended.
    pub(crate) fn otlp(&self) -> (Vec<Span>, Vec<Value>) {
        let (mut spans, mut points) = (Vec::new(), Vec::new());
        for Request { path, body } in self.requests.try_iter() {
            match &*path {
                "/v1/traces" => spans.extend(read_spans(&body)),
                "/v1/metrics" => points.extend(read_points(&body)),
                other => panic!("nothing is at {other}"),
            }
        }
        (spans, points)
    }

    /// The items that Application Insights got.
    pub(crate) fn items(&self) -> Vec<Value> {
        let read = |body: Vec<u8>| serde_json::from_reader::<_, Vec<Value>>(GzDecoder::new(&*body)).unwrap();
        self.taken("/v2/track").into_iter().flat_map(read).collect()
    }
}

/// Answers the requests of a connection.
fn answer(stream: TcpStream, sender: &Sender<Request>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let (mut first, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end();
            match line.split_once(':') {
                _ if line.is_empty() => break,
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.trim().parse().unwrap();
                }
                _ if first.is_empty() => line.clone_into(&mut first),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let path = first.split(' ').nth(1).unwrap().to_owned();
        let reply = if path == "/v2/track" { r#"{"itemsReceived":1,"itemsAccepted":1,"errors":[]}"# } else { "" };
        sender.send(Request { path, body }).unwrap();
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", reply.len());
        let _ = stream.write_all([head.as_bytes(), reply.as_bytes()].concat().as_slice());
    }
}

fn read_spans(body: &[u8]) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let service = json_of(&resource.resource.unwrap_or_default().attributes);
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let status = span.status.unwrap_or_default();
            spans.push(Span {
                name: span.name,
                kind: span.kind,
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                links: span.links.iter().map(|link| hex(&link.trace_id)).collect(),
                events: span.events.into_iter().map(|event| event.name).collect(),
                attributes: json_of(&span.attributes),
                status: (status.code, status.message),
                service: service.clone(),
            });
        }
    }
    spans
}

/// Each point with the name of its metric, its count, and its attributes.
fn read_points(body: &[u8]) -> Vec<Value> {
    let request = ExportMetricsServiceRequest::decode(body).unwrap();
    let scopes = request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics);
    let mut points = Vec::new();
    for metric in scopes.flat_map(|scope| scope.metrics) {
        let Some(Data::Histogram(histogram)) = metric.data else { panic!("no histogram: {}", metric.name) };
        for point in histogram.data_points {
            let attributes = json_of(&point.attributes);
            points.push(json!({
                "name": metric.name, "unit": metric.unit, "count": point.count, "bounds": point.explicit_bounds,
                "attributes": attributes,
            }));
        }
    }
    points
}

fn json_of(attributes: &[KeyValue]) -> Value {
    let value = |value: &Option<AnyValue>| match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => json!(text),
        Some(Any::IntValue(number)) => json!(number),
        Some(Any::BoolValue(is)) => json!(is),
        other => json!(format!("{other:?}")),
    };
    attributes.iter().map(|attribute| (attribute.key.clone(), value(&attribute.value))).collect::<Map<_, _>>().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
