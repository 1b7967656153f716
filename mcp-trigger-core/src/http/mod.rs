//! The one place that touches connections: listening, limits, reading bodies, draining at the end.

mod body;
mod loopback;
mod origins;
mod rerun;

pub use body::{Body, BodyError, Limits, read_body};
pub use loopback::{is_local_authority, is_local_origin};
pub use origins::AllowedOrigins;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rerun::Rerun;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A response of ours.
pub type Response = hyper::Response<Body>;

/// What answers requests.
pub trait Service: Send + Sync + 'static {
    /// Answers one.
    fn respond(&self, request: Request<Incoming>) -> impl Future<Output = Response> + Send;

    /// Ends the answers that would go on for ever: the server is about to end, and waits for all that are under way.
    fn end(&self) {}
}

/// How long a body may be if the app says nothing, in bytes: the host's own limit, 100 MB.
pub const BODY_LIMIT: usize = 100 * 1024 * 1024;
/// How long a client may take to send the head of a request, and how long a body may pause, if nothing else is said.
pub const RECEIVE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the head of a client's request may be, in bytes. hyper alone stops at its buffer, about 400 KiB, which is much for each
/// of many connections. The Functions host takes 32 KiB.
const HEAD_LIMIT: usize = 64 * 1024;
/// How long requests may go on once the end has come.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The Functions host, over loopback: it neither dawdles nor minds how header names are spelled, and each costs time.
    Host,
    /// Anybody, with so much time to send the head of a request.
    Client(Duration),
}

/// Answers connections until `end` comes, then lets the requests under way finish.
///
/// hyper answers a head of more than 100 headers (its own limit), or one that is too long, with 431, and one that is none with 400, and closes the
/// connection. Of a body it reads no more than somebody takes.
pub async fn serve(listener: TcpListener, peer: Peer, service: Arc<impl Service>, end: impl Future<Output = ()>) {
    let mut server = hyper::server::conn::http1::Builder::new();
    // One plain write for a reply: its body is small beside what a second buffer costs in the kernel.
    server.writev(false);
    match peer {
        Peer::Host => server.header_read_timeout(None),
        Peer::Client(patience) => {
            server.timer(TokioTimer::new()).header_read_timeout(patience).max_header_size(HEAD_LIMIT);
            server.title_case_headers(true)
        }
    };
    let mut connections = JoinSet::new();
    // Dropped at the end, which tells the connections. Each has a channel of its own: one for all would be a lock in every poll.
    let mut ends: Vec<oneshot::Sender<()>> = Vec::new();
    let mut end = std::pin::pin!(end);
    loop {
        let stream = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file handles, mostly: it passes when connections close.
                    tracing::warn!("cannot accept a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Without it a reply in two packets waits for the client's delayed acknowledgement, 40 ms.
        let _ = stream.set_nodelay(true);
        // Every request counts the service up and down. A count for each connection keeps the threads out of each other's way.
        let service = Arc::new(Arc::clone(&service));
        let connection = server.serve_connection(
            TokioIo::new(stream),
            hyper::service::service_fn(move |request| {
                let service = Arc::clone(&service);
                async move { Ok::<_, Infallible>(service.respond(request).await) }
            }),
        );
        let (sender, ended) = oneshot::channel();
        connections.spawn(Rerun::new(async move {
            let mut connection = std::pin::pin!(connection);
            tokio::select! {
                biased;
                _ = connection.as_mut() => return,
                _ = ended => connection.as_mut().graceful_shutdown(),
            }
            let _ = connection.await;
        }));
        while connections.try_join_next().is_some() {}
        if ends.len() > 2 * connections.len() {
            ends.retain(|end| !end.is_closed());
        }
        ends.push(sender);
    }
    drop((listener, ends));
    service.end();
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, async { while connections.join_next().await.is_some() {} }).await;
}

/// A response without a body.
pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

/// The same response, after which the connection is closed: what may still come of the request is not waited for.
pub fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A response with a line of text.
pub fn text(body: &'static str) -> Response {
    let mut response = Response::new(Body::sized(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A JSON response.
pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::sized(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error, in JSON that says what is wrong.
pub fn error(status: StatusCode, message: &str) -> Response {
    json(status, serde_json::json!({ "error": message }).to_string())
}
