//! The stream: one request of HTTP/2, whose body and response hold messages.

use super::Start;
use bytes::Bytes;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{self, FrameError, StartStream, StreamingMessage};
use hyper::body::{Body, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, TE};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use mcp_trigger_core::task;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

/// How many messages wait for the host to take them. Further ones wait in the calls that send them.
const QUEUE: usize = 256;

/// Messages on their way to the host. Clones share the way.
#[derive(Clone)]
pub(super) struct Outgoing {
    queue: mpsc::Sender<Bytes>,
    limit: usize,
}

impl Outgoing {
    /// A way with its other end. A message has at most `limit` bytes.
    pub(super) fn new(limit: usize) -> (Self, Queue) {
        let (queue, taken) = mpsc::channel(QUEUE);
        (Outgoing { queue, limit }, Queue(taken))
    }

    /// Sends the first message.
    pub(super) async fn send_start(&self, start: &Start) {
        let content = Content::StartStream(StartStream { worker_id: start.worker_id.clone() });
        let message = StreamingMessage { request_id: start.request_id.clone(), content: Some(content) };
        // It is far below any limit.
        let _ = self.send(&message).await;
    }

    /// Sends a message, as soon as there is room for it. A lost stream is told by its other direction.
    ///
    /// # Errors
    ///
    /// If the message is longer than the host takes.
    pub(super) async fn send(&self, message: &StreamingMessage) -> Result<(), FrameError> {
        let frame = rpc::encode(message, self.limit)?;
        let _ = self.queue.send(frame).await;
        Ok(())
    }
}

/// The body of the request.
pub(super) struct Queue(mpsc::Receiver<Bytes>);

impl Body for Queue {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|frame| frame.map(|frame| Ok(Frame::data(frame))))
    }
}

/// Opens the stream, and gives the direction from the host.
///
/// # Errors
///
/// If the host does not open it.
pub(super) async fn open<T>(connection: T, authority: &str, queue: Queue) -> Result<Incoming, String>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let text = |error: hyper::Error| error.to_string();
    let shake = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(connection));
    let (mut sender, connection) = shake.await.map_err(text)?;
    // Its end is the end of the stream, which is told there.
    task::spawn(async move { drop(connection.await) });
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{authority}{}", rpc::EVENT_STREAM))
        .header(CONTENT_TYPE, "application/grpc")
        .header(TE, "trailers")
        .body(queue)
        .map_err(|error| error.to_string())?;
    let response = sender.send_request(request).await.map_err(text)?;
    if response.status() != StatusCode::OK {
        return Err(format!("it answered with status {}, and not with a stream", response.status()));
    }
    Ok(response.into_body())
}
