//! The stream: one request of HTTP/2, whose body and response hold messages.

use super::Start;
use bytes::Bytes;
use host_protocol::rpc::rpc_log::{Level, RpcLogCategory};
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{self, FrameError, RpcLog, StartStream, StreamingMessage};
use hyper::body::{Body, Frame, Incoming};
use hyper::header::{CONTENT_TYPE, TE};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use mcp_trigger_core::task;
use mcp_trigger_core::telemetry::LogLine;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How many bytes of results wait for the host to take them: 16 MiB, or one result that is longer. Further results wait in their calls.
const RESULTS: u32 = 16 << 20;
/// How many bytes of log lines wait for the host to take them: 1 MiB. Further lines are lost.
const LINES: u32 = 1 << 20;

/// Messages on their way to the host. Clones share the way.
///
/// What the host waits for before it goes on (loads, cancels) never waits: such messages are short, and there is one for each message
/// of the host. So the worker always hears the host, however slowly the host listens.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    queue: mpsc::UnboundedSender<Option<Ready>>,
    results: Arc<Semaphore>,
    lines: Arc<Semaphore>,
    lost_lines: Arc<AtomicUsize>,
    limit: usize,
}

/// A message that can be sent without waiting.
#[derive(Debug)]
pub(super) struct Ready {
    frame: Bytes,
    /// Its part of the bytes that may wait.
    _room: Option<OwnedSemaphorePermit>,
}

impl Outgoing {
    /// A way with its other end. A message has at most `limit` bytes.
    pub(super) fn new(limit: usize) -> (Self, Queue) {
        let (queue, taken) = mpsc::unbounded_channel();
        let [results, lines] = [RESULTS, LINES].map(|bytes| Arc::new(Semaphore::new(bytes as usize)));
        (Outgoing { queue, results, lines, lost_lines: Arc::default(), limit }, Queue(taken))
    }

    /// Sends the first message.
    pub(super) fn send_start(&self, start: &Start) {
        let content = Content::StartStream(StartStream { worker_id: start.worker_id.clone() });
        let message = StreamingMessage { request_id: start.request_id.clone(), content: Some(content) };
        // It is far below any limit.
        let _ = self.send_now(&message);
    }

    /// Sends a message at once.
    ///
    /// # Errors
    ///
    /// If the message is longer than the host takes.
    pub(super) fn send_now(&self, message: &StreamingMessage) -> Result<(), FrameError> {
        self.send(Ready { frame: rpc::encode(message, self.limit)?, _room: None });
        Ok(())
    }

    /// Waits until a result may be sent.
    ///
    /// # Errors
    ///
    /// If the message is longer than the host takes.
    pub(super) async fn ready(&self, message: StreamingMessage) -> Result<Ready, FrameError> {
        let length = rpc::encoded_len(&message, self.limit)?;
        let room = length.min(RESULTS);
        // It is never closed.
        let room = Arc::clone(&self.results).acquire_many_owned(room).await.ok();
        let limit = self.limit;
        let frame = match length as usize > task::LONG {
            // The end of the runtime is the only reason for an error, and then nobody waits.
            true => match task::blocking(move || rpc::encode(&message, limit)).await {
                Ok(frame) => frame?,
                Err(_) => return std::future::pending().await,
            },
            false => rpc::encode(&message, limit)?,
        };
        Ok(Ready { frame, _room: room })
    }

    /// Sends what has waited. A lost stream is told by its other direction.
    pub(super) fn send(&self, message: Ready) {
        let _ = self.queue.send(Some(message));
    }

    /// Sends a line of the log, unless too many wait already.
    pub(super) fn send_line(&self, invocation: &str, line: LogLine) {
        let LogLine { level, target, text } = line;
        let log = RpcLog {
            invocation_id: invocation.to_owned(),
            category: target.to_owned(),
            level: level_of(level).into(),
            message: text,
            log_category: RpcLogCategory::User.into(),
            ..RpcLog::default()
        };
        if self.try_line(log).is_err() {
            self.lost_lines.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let lost = self.lost_lines.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let message = format!("{lost} lines of the log are missing here: the host did not read fast enough");
            let (invocation_id, level) = (invocation.to_owned(), Level::Warning.into());
            let _ = self.try_line(RpcLog { invocation_id, level, message, ..RpcLog::default() });
        }
    }

    fn try_line(&self, log: RpcLog) -> Result<(), ()> {
        let frame = rpc::encode(&Content::RpcLog(log).into(), self.limit).map_err(drop)?;
        let length = u32::try_from(frame.len()).map_err(drop)?;
        let room = Arc::clone(&self.lines).try_acquire_many_owned(length).map_err(drop)?;
        self.send(Ready { frame, _room: Some(room) });
        Ok(())
    }

    /// Ends this direction of the stream, after all messages sent so far.
    pub(super) fn end(&self) {
        let _ = self.queue.send(None);
    }
}

fn level_of(level: tracing::Level) -> Level {
    match level {
        tracing::Level::ERROR => Level::Error,
        tracing::Level::WARN => Level::Warning,
        tracing::Level::INFO => Level::Information,
        tracing::Level::DEBUG => Level::Debug,
        tracing::Level::TRACE => Level::Trace,
    }
}

/// The body of the request.
pub(super) struct Queue(mpsc::UnboundedReceiver<Option<Ready>>);

impl Body for Queue {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|message| message.flatten().map(|message| Ok(Frame::data(message.frame))))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;
    use host_protocol::rpc::{Frames, FunctionLoadResponse};
    use http_body_util::BodyExt as _;
    use std::time::Duration;

    const LIMIT: usize = 100 << 20;

    fn message(id: &str) -> StreamingMessage {
        let response = FunctionLoadResponse { function_id: id.to_owned(), ..FunctionLoadResponse::default() };
        Content::FunctionLoadResponse(response).into()
    }

    /// The next message that the host would read.
    async fn next(queue: &mut Queue) -> Content {
        let frame = queue.frame().await.unwrap().unwrap().into_data().unwrap();
        let mut frames = Frames::new(LIMIT);
        frames.push(&frame);
        frames.next_message().unwrap().unwrap().content.unwrap()
    }

    #[tokio::test]
    async fn results_wait_for_the_host_and_what_it_waits_for_does_not() {
        let (outgoing, mut queue) = Outgoing::new(LIMIT);
        let long = message(&"x".repeat(RESULTS as usize));
        outgoing.send(outgoing.ready(long.clone()).await.unwrap());
        let mut waiting = std::pin::pin!(outgoing.ready(long));
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut waiting).await.is_err(), "it should wait");
        outgoing.send_now(&message("cancelled")).unwrap();
        // Once the host has read the first, there is room for the second.
        assert!(
            matches!(next(&mut queue).await, Content::FunctionLoadResponse(r) if r.function_id.len() == RESULTS as usize)
        );
        assert!(matches!(next(&mut queue).await, Content::FunctionLoadResponse(r) if r.function_id == "cancelled"));
        outgoing.send(waiting.await.unwrap());
        outgoing.end();
        assert!(matches!(next(&mut queue).await, Content::FunctionLoadResponse(_)));
        assert!(queue.frame().await.is_none());
    }

    #[tokio::test]
    async fn lines_wait_only_in_part_and_what_is_lost_is_told() {
        let (outgoing, mut queue) = Outgoing::new(LIMIT);
        let line = || LogLine::new(tracing::Level::WARN, "app", "x".repeat(1000));
        for _ in 0..3 * LINES / 1000 {
            outgoing.send_line("1", line());
        }
        let lost = outgoing.lost_lines.load(Ordering::Relaxed);
        assert!(lost > LINES as usize / 1000, "{lost}");
        for _ in 0..10 {
            assert!(
                matches!(next(&mut queue).await, Content::RpcLog(log) if log.invocation_id == "1" && log.level() == Level::Warning)
            );
        }
        outgoing.send_line("2", line());
        let waiting = queue.0.len();
        for _ in 0..waiting - 1 {
            next(&mut queue).await;
        }
        let told = format!("{lost} lines of the log are missing here");
        assert!(matches!(next(&mut queue).await, Content::RpcLog(log) if log.message.starts_with(&told)));
    }

    #[test]
    fn the_page_of_limits_says_what_the_code_has() {
        assert_documented("results that wait for the host", format_args!("{} MiB", RESULTS >> 20));
        assert_documented("log lines that wait for the host", format_args!("{} MiB", LINES >> 20));
    }
}
