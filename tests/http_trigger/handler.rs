//! A handler for forwarded requests: it tells what it was asked, or does what the path says.

use bytes::Bytes;
use host_protocol::FunctionJson;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use local_host::{Forward, Forwarding, InvokeError, Invoker, LocalHost, RequestBody};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Connects anew for each request, to one address.
pub(crate) struct Connect(pub(crate) SocketAddr);

#[async_trait::async_trait]
impl Forward for Connect {
    async fn forward(&self, _: &str, request: Request<RequestBody>) -> Result<Response<Incoming>, InvokeError> {
        let failed = |error: &dyn std::fmt::Display| InvokeError::new(error.to_string());
        let stream = TcpStream::connect(self.0).await.map_err(|error| failed(&error))?;
        stream.set_nodelay(true).map_err(|error| failed(&error))?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|error| failed(&error))?;
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(|error| failed(&error))
    }
}

/// Forwarded functions are never invoked.
pub(crate) struct Nobody;

#[async_trait::async_trait]
impl Invoker for Nobody {
    async fn invoke(
        &self,
        invocation: host_protocol::Invocation,
    ) -> Result<host_protocol::FunctionResult, InvokeError> {
        panic!("{} was invoked", invocation.function)
    }
}

/// What the handler and a test say to each other.
pub(crate) struct Handler {
    /// What the handler did.
    pub(crate) events: Receiver<&'static str>,
    /// Pieces that it sends, one after the other.
    pub(crate) pieces: mpsc::UnboundedSender<Bytes>,
}

struct Shared {
    events: Mutex<Sender<&'static str>>,
    pieces: Mutex<Option<mpsc::UnboundedReceiver<Bytes>>>,
}

/// A host that forwards these functions to a handler.
pub(crate) fn start(
    functions: Vec<(String, FunctionJson)>,
    forwarding: Forwarding,
    prefix: &str,
) -> (super::Site, Handler) {
    start_with(functions, forwarding, |host| host.route_prefix(prefix))
}

/// The same, with more to be said of the host.
pub(crate) fn start_with(
    functions: Vec<(String, FunctionJson)>,
    forwarding: Forwarding,
    prepare: impl FnOnce(LocalHost) -> LocalHost,
) -> (super::Site, Handler) {
    let runtime = super::runtime();
    let (events, received) = channel();
    let (pieces, pieces_to_send) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared { events: events.into(), pieces: Some(pieces_to_send).into() });
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let shared = Arc::clone(&shared);
            let service = service_fn(move |request| answer(Arc::clone(&shared), request));
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    let host = LocalHost::new(functions, Arc::new(Nobody)).forward(Arc::new(Connect(address)), forwarding);
    (super::Site::start(runtime, prepare(host.body_limit(1000))), Handler { events: received, pieces })
}

/// A host whose handler is not there.
pub(crate) fn start_without_handler(functions: Vec<(String, FunctionJson)>, forwarding: Forwarding) -> super::Site {
    let runtime = super::runtime();
    let gone = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap().local_addr().unwrap();
    let host =
        LocalHost::new(functions, Arc::new(Nobody)).forward(Arc::new(Connect(gone)), forwarding).route_prefix("");
    super::Site::start(runtime, host)
}

type Body = BoxBody<Bytes, hyper::Error>;

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/mcp/pieces" => Ok(pieces(&shared)),
        "/mcp/echo" => Ok(Response::new(request.into_body().boxed())),
        "/mcp/special" => Ok(Response::builder()
            .status(418)
            .header("Mcp-Session-Id", "s1")
            .header("WWW-Authenticate", "Bearer resource_metadata=\"x\"")
            .header("Set-Cookie", "a=1")
            .header("Set-Cookie", "b=2")
            .header("Keep-Alive", "timeout=5")
            .header("X-Own", "own")
            .body(full("short"))
            .unwrap()),
        "/mcp/slow" => {
            shared.events.lock().unwrap().send("asked").unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            shared.events.lock().unwrap().send("answered").unwrap();
            Ok(Response::new(full("late")))
        }
        _ => told(request).await,
    }
}

/// What the handler sees of a request.
async fn told(request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let headers = head.headers.iter().map(|(name, value)| json!([name.as_str(), value.to_str().unwrap()]));
    let headers: Value = headers.collect();
    let target = head.uri.to_string();
    let body = String::from_utf8_lossy(&body);
    let told = json!({ "method": head.method.as_str(), "target": target, "headers": headers, "body": body });
    Ok(Response::builder().header("X-Target", target).body(full(told.to_string())).unwrap())
}

fn full(body: impl Into<Bytes>) -> Body {
    Full::new(body.into()).map_err(|never| match never {}).boxed()
}

/// Sends what the test gives it, until that gives no more.
fn pieces(shared: &Arc<Shared>) -> Response<Body> {
    let pieces = shared.pieces.lock().unwrap().take().expect("asked once");
    let body = Pieces { pieces, shared: Arc::clone(shared) };
    Response::builder().header("Content-Type", "text/event-stream").body(body.boxed()).unwrap()
}

struct Pieces {
    pieces: mpsc::UnboundedReceiver<Bytes>,
    shared: Arc<Shared>,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        self.pieces.poll_recv(cx).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        let _ = self.shared.events.lock().unwrap().send("stream closed");
    }
}
