//! The language worker beside the custom handler and a worker that answers with a constant, through a host stub: calls per second, and the
//! processor time of each call in the process of the app.
//!
//! `cargo bench -p tests --features worker --bench worker`. Each is kept busy with as many calls as there are connections; the time of the
//! stub, which is the same for both workers, is part of the calls per second.

// `allow-unwrap-in-tests` does not reach benchmarks.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../worker/host.rs"]
mod host;

use bytes::Bytes;
use host::{Form, Host};
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::*;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tests::http::exchange;
use tests::process::App;

const ROUNDS: usize = 8;
const ROUND: Duration = Duration::from_millis(500);
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// The variable that makes this program a worker with a constant answer.
const CONSTANT: &str = "BENCH_CONSTANT_WORKER";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if std::env::var_os(CONSTANT).is_some() {
        return runtime.block_on(constant());
    }
    runtime.block_on(measure());
}

async fn measure() {
    let probe = env!("CARGO_BIN_EXE_probe");
    let own = std::env::current_exe().unwrap();
    let mut worker = Host::loaded(probe, &[], &["Echo"]).await;
    let mut constant = Host::start(own.to_str().unwrap(), &[(CONSTANT, "1")], Form::Today).await;
    let handler = App::handler(probe, &[]);
    println!("{ROUNDS} rounds of {ROUND:?} each, in turn; calls per second, processor time of the app in a call");
    println!("{:>6}  {:>22}  {:>22}  {:>22}", "calls", "worker", "constant worker", "custom handler");
    for connections in CONNECTIONS {
        let mut measured: [Vec<(f64, f64)>; 3] = Default::default();
        for _ in 0..ROUNDS {
            measured[0].push(round(&mut worker, connections).await);
            measured[1].push(round(&mut constant, connections).await);
            measured[2].push(round_of_handler(&handler, connections).await);
        }
        let column = |rounds: &Vec<(f64, f64)>| {
            let [rates, times]: [Vec<f64>; 2] =
                [rounds.iter().map(|(r, _)| *r).collect(), rounds.iter().map(|(_, t)| *t).collect()];
            format!("{:.0}/s {:.1} µs", median(&rates), median(&times) * 1e6)
        };
        let [worker, constant, handler] = [0, 1, 2].map(|at| column(&measured[at]));
        println!("{connections:>6}  {worker:>22}  {constant:>22}  {handler:>22}");
    }
}

/// Keeps a worker busy: calls per second, and seconds of the processor for each.
async fn round(host: &mut Host, connections: usize) -> (f64, f64) {
    let arguments = json!({ "text": "hello" });
    let (start, before) = (Instant::now(), processor_time(host.app.id()));
    let mut next = 0_usize;
    let mut calls = 0_usize;
    for _ in 0..connections {
        host.say(host::invoke(&next.to_string(), "Echo", &arguments)).await;
        next += 1;
    }
    while calls < next {
        let answer = host.answer().await;
        assert_eq!(answer.result.unwrap().status(), status_result::Status::Success);
        calls += 1;
        if start.elapsed() < ROUND {
            host.say(host::invoke(&next.to_string(), "Echo", &arguments)).await;
            next += 1;
        }
    }
    result(calls, start.elapsed(), processor_time(host.app.id()) - before)
}

/// The same with a custom handler, over as many connections.
async fn round_of_handler(app: &App, connections: usize) -> (f64, f64) {
    let (address, headers, before) = (app.address, app.host_headers(), processor_time(app.id()));
    let start = Instant::now();
    let body = tests::process::invocation(&json!({ "name": "echo", "arguments": { "text": "hello" } }));
    assert_eq!(exchange(address, "POST", "/Echo", &headers, body.as_bytes()).status, 200);
    let client = || {
        let (headers, body) = (headers.clone(), body.clone());
        tokio::spawn(async move {
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            let mut calls = 0_usize;
            while start.elapsed() < ROUND {
                let mut request = hyper::Request::post("/Echo");
                for (name, value) in &headers.0 {
                    request = request.header(name, value);
                }
                let body = http_body_util::Full::new(Bytes::from(body.clone()));
                let response = sender.send_request(request.body(body).unwrap()).await.unwrap();
                assert_eq!(response.status(), 200);
                response.into_body().collect().await.unwrap();
                calls += 1;
            }
            calls
        })
    };
    let clients: Vec<_> = (0..connections).map(|_| client()).collect();
    let mut calls = 1;
    for client in clients {
        calls += client.await.unwrap();
    }
    result(calls, start.elapsed(), processor_time(app.id()) - before)
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn result(calls: usize, took: Duration, processor: f64) -> (f64, f64) {
    (calls as f64 / took.as_secs_f64(), processor / calls as f64)
}

/// The processor time of a process so far, in seconds; 0 where Linux does not tell.
fn processor_time(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or_default();
    // utime and stime, in hundredths of a second on all machines.
    (ticks(11) + ticks(12)) / 100.0
}

/// A worker that answers each invocation with the same text.
async fn constant() {
    let uri = std::env::args().find_map(|argument| argument.strip_prefix("--functions-uri=http://").map(str::to_owned));
    let authority = uri.unwrap().trim_end_matches('/').to_owned();
    let stream = tokio::net::TcpStream::connect(&authority).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let (say, said) = tokio::sync::mpsc::unbounded_channel::<StreamingMessage>();
    let start = Content::StartStream(StartStream { worker_id: "worker".to_owned() });
    say.send(StreamingMessage { request_id: "request".to_owned(), content: Some(start) }).unwrap();
    let request = hyper::Request::post(format!("http://{authority}{EVENT_STREAM}"))
        .header("content-type", "application/grpc")
        .body(Said(said))
        .unwrap();
    let mut incoming = sender.send_request(request).await.unwrap().into_body();
    let mut frames = Frames::new(host::LIMIT);
    let envelope = r#"{"type":"call_tool_result","content":"{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}]}"}"#;
    while let Some(Ok(frame)) = incoming.frame().await {
        if let Some(piece) = frame.data_ref() {
            frames.push(piece);
        }
        while let Some(message) = frames.next_message().unwrap() {
            let Some(Content::InvocationRequest(request)) = message.content else { continue };
            let response = InvocationResponse {
                invocation_id: request.invocation_id,
                result: Some(StatusResult::success()),
                return_value: Some(Data::String(envelope.to_owned()).into()),
                ..InvocationResponse::default()
            };
            say.send(Content::InvocationResponse(response).into()).unwrap();
        }
    }
}

/// What the worker says.
struct Said(tokio::sync::mpsc::UnboundedReceiver<StreamingMessage>);

impl Body for Said {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let frame =
            |message: StreamingMessage| Ok(Frame::data(encode(&message, host::LIMIT).expect("a short message")));
        self.0.poll_recv(cx).map(|message| message.map(frame))
    }
}
