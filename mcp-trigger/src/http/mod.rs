//! The one place that touches connections: listening, limits, reading bodies, draining at the end.

mod rerun;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rerun::Rerun;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A response of ours.
pub(crate) type Response = hyper::Response<Body>;

/// What answers requests.
pub(crate) trait Service: Send + Sync + 'static {
    /// Answers one.
    fn respond(&self, request: Request<Incoming>) -> impl Future<Output = Response> + Send;
}

/// How long a body may be if the app says nothing, in bytes: the host's own limit, 100 MB.
pub(crate) const BODY_LIMIT: usize = 100 * 1024 * 1024;
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests may go on once the end has come.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// The Functions host, over loopback: it neither dawdles nor minds how header names are spelled, and each costs time.
    Host,
    /// Anybody.
    Client,
}

/// Answers connections until `end` comes, then lets the requests under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    peer: Peer,
    service: Arc<impl Service>,
    end: impl Future<Output = ()>,
) {
    let mut server = hyper::server::conn::http1::Builder::new();
    match peer {
        // One plain write for a reply: its body is small beside what a second buffer costs in the kernel.
        Peer::Host => server.header_read_timeout(None).writev(false),
        Peer::Client => server.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).title_case_headers(true),
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
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, async { while connections.join_next().await.is_some() {} }).await;
}

/// Why a body could not be read.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// It is longer than allowed.
    TooLarge,
    /// The client stopped in the middle.
    Incomplete,
}

/// Reads a body of at most `limit` bytes. One that comes in one piece, as most do, is not copied.
pub(crate) async fn read_body(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut first = Bytes::new();
    let mut rest = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
        if first.len() + rest.len() > limit {
            return Err(BodyError::TooLarge);
        }
    }
    if rest.is_empty() { Ok(first) } else { Ok([&first[..], &rest].concat().into()) }
}

/// A body in one piece.
#[derive(Debug, Default)]
pub(crate) struct Body {
    bytes: Option<Bytes>,
    chunked: bool,
}

impl Body {
    /// A body whose length is told beforehand.
    pub(crate) fn sized(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Body { bytes: (!bytes.is_empty()).then_some(bytes), chunked: false }
    }

    /// A body that is sent with `Transfer-Encoding: chunked`, as the host sends most of its own.
    pub(crate) fn chunked(bytes: impl Into<Bytes>) -> Self {
        Body { bytes: Some(bytes.into()), chunked: true }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        if self.chunked {
            SizeHint::default()
        } else {
            SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
        }
    }
}

/// A response without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::default());
    *response.status_mut() = status;
    response
}

/// A response with a line of text.
pub(crate) fn text(body: &'static str) -> Response {
    let mut response = Response::new(Body::sized(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// A JSON response.
pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::sized(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An error, in JSON that says what is wrong.
pub(crate) fn error(status: StatusCode, message: &str) -> Response {
    json(status, serde_json::json!({ "error": message }).to_string())
}
