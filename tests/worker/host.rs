//! A Functions host of the tests' own: it starts an app as a language worker, and speaks to it on one gRPC stream.

use bytes::Bytes;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::*;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tests::process::App;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// The limit of a message, in bytes.
pub(crate) const LIMIT: usize = 0x7fff_ffff;

/// A host with its worker.
pub(crate) struct Host {
    pub(crate) app: App,
    /// Where the worker takes requests.
    pub(crate) http: SocketAddr,
    /// What goes to the worker, as bytes. Dropping it ends the stream.
    pub(crate) say: Option<mpsc::Sender<Bytes>>,
    heard: mpsc::UnboundedReceiver<StreamingMessage>,
    /// Where the worker dials.
    _listener: Arc<TcpListener>,
    connection: tokio::task::JoinHandle<()>,
}

/// How the arguments of the worker are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Today,
    Older,
}

/// The worker of a program, with the arguments of a host at this port.
pub(crate) fn command(program: &str, form: Form, port: u16, limit: usize) -> Command {
    let mut command = Command::new(program);
    match form {
        Form::Today => command.args([
            &format!("--functions-uri=http://127.0.0.1:{port}/"),
            "--functions-worker-id=worker",
            "--functions-request-id=request",
            &format!("--functions-grpc-max-message-length={limit}"),
        ]),
        Form::Older => command.args(
            [
                ["--host", "127.0.0.1"],
                ["--port", &port.to_string()],
                ["--workerId", "worker"],
                ["--requestId", "request"],
                ["--grpcMaxMessageLength", &limit.to_string()],
            ]
            .concat(),
        ),
    };
    command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}

impl Host {
    /// A host whose worker has said its first message.
    pub(crate) async fn start(program: &str, environment: &[(&str, &str)], form: Form) -> Self {
        Host::with_limit(program, environment, form, LIMIT).await
    }

    pub(crate) async fn with_limit(program: &str, environment: &[(&str, &str)], form: Form, limit: usize) -> Self {
        let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
        let address = listener.local_addr().unwrap();
        let mut command = command(program, form, address.port(), limit);
        command.envs(environment.iter().copied());
        let app = App::spawn(command, address);
        let accepted = tokio::time::timeout(Duration::from_secs(20), listener.accept()).await;
        let (stream, _) = accepted.expect("the worker dials").unwrap();
        stream.set_nodelay(true).unwrap();
        let (say, said) = mpsc::channel(64);
        let (tell, heard) = mpsc::unbounded_channel();
        let connection = tokio::spawn(serve(stream, Said(said), tell));
        let mut host = Host { app, http: address, say: Some(say), heard, _listener: listener, connection };
        let message = host.hear_message().await;
        assert_eq!(message.request_id, "request");
        assert!(matches!(message.content, Some(Content::StartStream(start)) if start.worker_id == "worker"));
        host
    }

    /// A host that has loaded functions by their names, which are their ids too.
    pub(crate) async fn loaded(program: &str, environment: &[(&str, &str)], functions: &[&str]) -> Self {
        let mut host = Host::start(program, environment, Form::Today).await;
        host.load(functions).await;
        host
    }

    pub(crate) async fn load(&mut self, functions: &[&str]) {
        self.say(Content::WorkerInitRequest(WorkerInitRequest::default())).await;
        let Content::WorkerInitResponse(init) = self.hear().await else { panic!("no init") };
        let uri =
            init.capabilities["HttpUri"].strip_prefix("http://127.0.0.1:").expect("a port of this machine").to_owned();
        self.http = ([127, 0, 0, 1], uri.trim_end_matches('/').parse().unwrap()).into();
        for id in functions {
            self.say(load(id)).await;
            let Content::FunctionLoadResponse(response) = self.hear().await else { panic!("not loaded") };
            assert_eq!(response.result.unwrap().status(), status_result::Status::Success, "{id}");
        }
    }

    pub(crate) async fn say(&self, content: Content) {
        self.say_bytes(encode(&content.into(), usize::MAX).unwrap()).await;
    }

    pub(crate) async fn say_bytes(&self, bytes: Bytes) {
        self.say.as_ref().unwrap().send(bytes).await.unwrap();
    }

    pub(crate) async fn hear_message(&mut self) -> StreamingMessage {
        let message = tokio::time::timeout(Duration::from_secs(60), self.heard.recv()).await;
        message.expect("an answer in time").expect("a stream")
    }

    pub(crate) async fn hear(&mut self) -> Content {
        self.hear_message().await.content.unwrap()
    }

    /// Whether the worker says nothing for a while.
    pub(crate) async fn is_silent(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(200), self.heard.recv()).await.is_err()
    }

    /// The next message that is not a line of the log.
    pub(crate) async fn hear_no_line(&mut self) -> Content {
        loop {
            match self.hear().await {
                Content::RpcLog(_) => {}
                content => return content,
            }
        }
    }

    /// The next answer to an invocation.
    pub(crate) async fn answer(&mut self) -> InvocationResponse {
        match self.hear_no_line().await {
            Content::InvocationResponse(response) => response,
            other => panic!("no answer: {other:?}"),
        }
    }

    /// Calls a tool whose result is one text.
    pub(crate) async fn call(&mut self, id: &str, function: &str, arguments: serde_json::Value) -> String {
        self.say(invoke(id, function, &arguments)).await;
        let answer = self.answer().await;
        assert_eq!(answer.invocation_id, id);
        text(&answer)
    }

    /// Cuts the connection.
    pub(crate) fn cut(&self) {
        self.connection.abort();
    }
}

async fn serve(stream: TcpStream, said: Said, tell: mpsc::UnboundedSender<StreamingMessage>) {
    let parts = Arc::new(Mutex::new(Some((said, tell))));
    let service = service_fn(move |request: Request<Incoming>| {
        let parts = parts.lock().unwrap().take();
        async move {
            assert_eq!(request.uri().path(), EVENT_STREAM);
            assert_eq!(request.headers()["content-type"], "application/grpc");
            let (said, tell) = parts.expect("a worker opens one stream");
            tokio::spawn(async move {
                let (mut frames, mut body) = (Frames::new(usize::MAX), request.into_body());
                while let Some(Ok(frame)) = body.frame().await {
                    if let Some(piece) = frame.data_ref() {
                        frames.push(piece);
                    }
                    while let Some(message) = frames.next_message().unwrap() {
                        let _ = tell.send(message);
                    }
                }
                frames.end().unwrap();
            });
            Ok::<_, Infallible>(Response::new(said))
        }
    });
    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
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

pub(crate) fn load(id: &str) -> Content {
    Content::FunctionLoadRequest(FunctionLoadRequest { function_id: id.to_owned(), metadata: None })
}

/// An invocation of a tool.
pub(crate) fn invoke(id: &str, function: &str, arguments: &serde_json::Value) -> Content {
    let value = serde_json::json!({ "name": "t", "arguments": arguments }).to_string();
    Content::InvocationRequest(InvocationRequest {
        invocation_id: id.to_owned(),
        function_id: function.to_owned(),
        input_data: vec![ParameterBinding::new("toolTrigger", Data::String(value).into())],
        trace_context: None,
    })
}

pub(crate) fn cancel(id: &str) -> Content {
    Content::InvocationCancel(InvocationCancel { grace_period: None, invocation_id: id.to_owned() })
}

/// The text of a tool's result.
pub(crate) fn text(answer: &InvocationResponse) -> String {
    let Some(Data::String(envelope)) = answer.return_value.as_ref().and_then(|value| value.data.as_ref()) else {
        panic!("no value: {answer:?}")
    };
    let envelope: serde_json::Value = serde_json::from_str(envelope).unwrap();
    let result: serde_json::Value = serde_json::from_str(envelope["content"].as_str().unwrap()).unwrap();
    result["content"][0]["text"].as_str().unwrap().to_owned()
}
