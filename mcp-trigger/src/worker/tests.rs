//! A host of the tests' own speaks to the worker, over a stream in memory.

use super::Start;
use super::calls::CallLimits;
use super::conversation::{Conversation, End};
use super::requests::HttpWay;
use super::stream::{self, Outgoing};
use crate::app::App;
use crate::function::dynamic::DynamicTool;
use crate::hosted::HostedApp;
use bytes::Bytes;
use host_protocol::rpc::status_result::Status;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::*;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

const LIMIT: usize = 100 << 20;

/// A host: what the worker said, and a way to speak to it.
struct Host {
    say: mpsc::Sender<Bytes>,
    heard: mpsc::Receiver<StreamingMessage>,
    end: JoinHandle<End>,
}

fn app() -> App {
    let echo = |arguments: serde_json::Map<String, serde_json::Value>| async move {
        arguments["s"].as_str().map(str::to_owned)
    };
    let hang = |_: serde_json::Map<String, serde_json::Value>| std::future::pending::<String>();
    let panics =
        |_: serde_json::Map<String, serde_json::Value>| async { if true { panic!("no") } else { String::new() } };
    App::new()
        .tool(DynamicTool::new("echo", echo).function("Echo"))
        .tool(DynamicTool::new("hang", hang).function("Hang"))
        .tool(DynamicTool::new("panics", panics).function("Panics"))
}

impl Host {
    async fn start() -> Self {
        let (app, setup) = HostedApp::prepare(app()).unwrap();
        setup.await.unwrap();
        let address = ([127, 0, 0, 1], 1).into();
        let way = HttpWay { mcp: app.mcp, joins: Arc::default(), address };
        let (outgoing, queue) = Outgoing::new(LIMIT);
        outgoing.send_start(&Start {
            authority: "127.0.0.1:1".into(),
            worker_id: "w".into(),
            request_id: "r".into(),
            message_limit: LIMIT,
        });
        let (here, there) = tokio::io::duplex(64 * 1024);
        let (say, said) = mpsc::channel::<Bytes>(16);
        let (tell, heard) = mpsc::channel(16);
        let bodies = std::sync::Mutex::new(Some((Said(said), tell)));
        let bodies = Arc::new(bodies);
        let service = service_fn(move |request: Request<Incoming>| {
            let taken = bodies.lock().unwrap().take();
            async move {
                assert_eq!(request.uri().path(), EVENT_STREAM);
                let (body, tell) = taken.unwrap();
                tokio::spawn(async move {
                    let (mut frames, mut body) = (Frames::new(LIMIT), request.into_body());
                    while let Some(Ok(frame)) = body.frame().await {
                        frames.push(frame.data_ref().unwrap());
                        while let Some(message) = frames.next_message().unwrap() {
                            if tell.send(message).await.is_err() {
                                return;
                            }
                        }
                    }
                });
                Ok::<_, Infallible>(Response::new(body))
            }
        });
        tokio::spawn(
            hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(there), service),
        );
        let incoming = stream::open(here, "127.0.0.1:1", queue).await.unwrap();
        let limits = CallLimits { body_limit: LIMIT, refusal: None };
        let end = tokio::spawn(Conversation::new(app.functions, outgoing, limits, way).serve(
            incoming,
            LIMIT,
            std::future::pending(),
        ));
        let mut host = Host { say, heard, end };
        assert!(matches!(host.hear().await, Content::StartStream(start) if start.worker_id == "w"));
        host
    }

    /// A host that has loaded all functions.
    async fn loaded() -> Self {
        let mut host = Host::start().await;
        for id in ["Echo", "Hang", "Panics"] {
            host.say(load(id)).await;
            let Content::FunctionLoadResponse(response) = host.hear().await else { panic!("not loaded") };
            assert_eq!(response.result.unwrap().status(), Status::Success);
        }
        host
    }

    async fn say(&self, content: Content) {
        self.say.send(encode(&content.into(), LIMIT).unwrap()).await.unwrap();
    }

    async fn hear(&mut self) -> Content {
        let message = tokio::time::timeout(Duration::from_secs(20), self.heard.recv()).await;
        message.expect("an answer in time").expect("a stream").content.unwrap()
    }

    /// The id, the status and the text of the next answer to an invocation.
    async fn answer(&mut self) -> (String, Status, String) {
        let Content::InvocationResponse(response) = self.hear().await else { panic!("no answer") };
        let text = match response.return_value.and_then(|value| value.data) {
            Some(Data::String(text)) => text,
            other => format!("{other:?}"),
        };
        (response.invocation_id, response.result.unwrap().status(), text)
    }
}

/// What the host says.
struct Said(mpsc::Receiver<Bytes>);

impl Body for Said {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

fn load(id: &str) -> Content {
    Content::FunctionLoadRequest(FunctionLoadRequest { function_id: id.to_owned(), metadata: None })
}

fn invoke(id: &str, function: &str, text: &str) -> Content {
    let value = serde_json::json!({ "name": "t", "arguments": { "s": text } }).to_string();
    Content::InvocationRequest(InvocationRequest {
        invocation_id: id.to_owned(),
        function_id: function.to_owned(),
        input_data: vec![ParameterBinding::new("toolTrigger", Data::String(value).into())],
        trace_context: None,
    })
}

fn cancel(id: &str) -> Content {
    Content::InvocationCancel(InvocationCancel { grace_period: None, invocation_id: id.to_owned() })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn functions_are_named_loaded_and_called() {
    let mut host = Host::start().await;
    host.say(Content::WorkerInitRequest(WorkerInitRequest::default())).await;
    let Content::WorkerInitResponse(init) = host.hear().await else { panic!("no init") };
    assert_eq!(init.capabilities["HandlesInvocationCancelMessage"], "true");
    host.say(Content::FunctionsMetadataRequest(FunctionsMetadataRequest::default())).await;
    let Content::FunctionMetadataResponse(metadata) = host.hear().await else { panic!("no metadata") };
    let echo = metadata.function_metadata_results.iter().find(|function| function.name == "Echo").unwrap();
    assert!(echo.raw_bindings[0].contains(r#""type":"mcpToolTrigger""#), "{:?}", echo.raw_bindings);
    // Calls of functions that are not loaded, and loads of unknown ones, fail; a second load does not.
    host.say(invoke("0", "Echo", "x")).await;
    assert_eq!(host.answer().await.1, Status::Failure);
    for (id, status) in [("Nobody", Status::Failure), ("Echo", Status::Success), ("Echo", Status::Success)] {
        host.say(load(id)).await;
        let Content::FunctionLoadResponse(response) = host.hear().await else { panic!("not loaded") };
        assert_eq!(response.result.unwrap().status(), status, "{id}");
    }
    host.say(invoke("1", "Echo", "h\u{e9}")).await;
    let (id, status, text) = host.answer().await;
    assert_eq!((&*id, status), ("1", Status::Success));
    assert!(text.starts_with(r#"{"type":"call_tool_result","content":"#) && text.contains('\u{e9}'), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_call_is_answered_once_and_at_once() {
    let mut host = Host::loaded().await;
    host.say(cancel("before")).await;
    host.say(invoke("a", "Hang", "")).await;
    // The same id while it runs: an answer would be taken for that of the running one.
    host.say(invoke("a", "Echo", "")).await;
    host.say(cancel("a")).await;
    assert_eq!(host.answer().await, ("a".to_owned(), Status::Cancelled, "None".to_owned()));
    host.say(cancel("a")).await;
    host.say(invoke("b", "Panics", "")).await;
    assert_eq!(host.answer().await.0, "b");
    host.say(Content::WorkerStatusRequest(WorkerStatusRequest {})).await;
    assert!(matches!(host.hear().await, Content::WorkerStatusResponse(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_and_large_calls_are_all_answered() {
    let mut host = Host::loaded().await;
    let say = host.say.clone();
    let saying = tokio::spawn(async move {
        for at in 0..1000 {
            let message = invoke(&at.to_string(), "Echo", &at.to_string()).into();
            say.send(encode(&message, LIMIT).unwrap()).await.unwrap();
        }
    });
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..1000 {
        let (id, status, _) = host.answer().await;
        assert!(status == Status::Success && ids.insert(id));
    }
    saying.await.unwrap();
    let large = "x".repeat(16 << 20);
    host.say(invoke("large", "Echo", &large)).await;
    assert!(host.answer().await.2.contains(&large));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_stream_is_lost() {
    let host = Host::loaded().await;
    // An unknown message, and then half of one.
    host.say.send(Bytes::from_static(&[0, 0, 0, 0, 6, 0x9a, 0x06, 3, 1, 2, 3])).await.unwrap();
    host.say.send(Bytes::from_static(&[0, 0])).await.unwrap();
    drop(host.say);
    let end = host.end.await.unwrap();
    assert!(matches!(&end, End::Lost(why) if why.contains("inside of a message")), "{end:?}");

    let host = Host::loaded().await;
    host.say.send(Bytes::from_static(&[0, 0xff, 0xff, 0xff, 0xff])).await.unwrap();
    let end = host.end.await.unwrap();
    assert!(matches!(&end, End::Lost(why) if why.contains("limit")), "{end:?}");
}
