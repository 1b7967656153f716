//! MCP over two streams of lines, such as standard input and output: one client, and no HTTP (specification 2026-07-28:
//! `basic/transports/stdio`; 2025-11-25: `basic/transports`, "stdio").
//!
//! A line is answered as the body of a request to the endpoint would be. What would be a response, or an event of one, is a line to
//! the client.

use crate::function::shutdown;
use crate::server::McpServer;
use crate::server::endpoint::{is_of_2026, request_id};
use crate::server::message::Error;
use crate::server::revision::DeclaredRevision;
use crate::server::revision::request::{Received, RequestHead};
use crate::server::transport::response;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use mcp_trigger_core::http::{DRAIN_TIMEOUT, Response};
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::mcp::caller::SESSION_ID;
use mcp_trigger_core::mcp::event;
use mcp_trigger_core::mcp::jsonrpc::{Message, Notification, Request};
use mcp_trigger_core::mcp::method::Method;
use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

/// A line that the client sent, without its end.
#[derive(Debug)]
pub(crate) enum Line {
    /// A message, or what should be one.
    Text(Bytes),
    /// A line that is longer than a message may be.
    TooLong,
}

/// The client at the other end of the streams.
struct StdioClient {
    server: Arc<McpServer>,
    /// The lines that go to the client.
    sends: mpsc::Sender<Bytes>,
    /// The id of the session, once the handshake is done.
    session: Option<HeaderValue>,
    /// The requests that are not answered yet, and the streams of changes.
    running: JoinSet<()>,
    /// The requests of 2026-07-28 that can be cancelled, by their ids as JSON text. Those of other revisions are in the session.
    cancellable: Arc<Mutex<HashMap<String, AbortHandle>>>,
}

impl McpServer {
    /// Serves a client until it sends no more lines, reads no more, or `end` comes. Then calls have 5 s to end.
    pub(crate) async fn serve_stdio(
        self: Arc<Self>,
        mut lines: mpsc::Receiver<Line>,
        sends: mpsc::Sender<Bytes>,
        end: impl Future<Output = ()>,
    ) {
        let (running, cancellable) = (JoinSet::new(), Arc::default());
        let mut client = StdioClient { server: self, sends: sends.clone(), session: None, running, cancellable };
        let mut end = std::pin::pin!(end);
        loop {
            let line = tokio::select! {
                biased;
                () = &mut end => break,
                () = sends.closed() => break,
                line = lines.recv() => line,
            };
            let Some(line) = line else { break };
            tokio::select! {
                biased;
                // An answer waits for a client that reads nothing. The end does not.
                () = &mut end => break,
                () = client.take(line) => {}
            }
            while client.running.try_join_next().is_some() {}
        }
        drop(lines);
        client.end().await;
    }
}

impl StdioClient {
    /// Takes a line, and answers it if the answer is there at once.
    async fn take(&mut self, line: Line) {
        let text = match line {
            Line::Text(text) => text,
            Line::TooLong => {
                let limit = self.server.limits.bytes;
                let error = Error::invalid_request(format!("Invalid Request: the line is longer than {limit} bytes"));
                return send(response::json(None, &Err(error)), &self.sends).await;
            }
        };
        let message = std::str::from_utf8(&text).ok().and_then(Message::read);
        let is_handshake = matches!(&message, Some(Message::Request(request)) if is_initialize(request));
        let id = message.as_ref().and_then(|message| cancellable_id(message));
        if let Some(Message::Notification(notification)) = &message {
            self.cancel(notification);
        }
        let head = RequestHead::of_stdio(self.session.as_ref());
        let body = match self.server.account(&head).hold_long(text.clone()) {
            Ok(body) => body,
            Err(full) => return send(response::json(request_id(&text), &Err(full.into())), &self.sends).await,
        };
        drop(text);
        let (server, received) = (Arc::clone(&self.server), Arc::new(Received { head, body }));
        let mut answering = Box::pin(async move { server.respond_to_received(received, true).await });
        // Most lines are answered at once. The next line is read after, so that a handshake is over before the first request.
        match poll_fn(|cx| Poll::Ready(answering.as_mut().poll(cx))).await {
            Poll::Ready(response) if is_handshake => self.begin_session(response).await,
            Poll::Ready(response) if is_whole(&response) => send(response, &self.sends).await,
            Poll::Ready(response) => self.run(id, async move { response }),
            Poll::Pending => self.run(id, answering),
        }
    }

    /// Waits for a response, and sends it, while other lines are taken.
    fn run(&mut self, id: Option<String>, response: impl Future<Output = Response> + Send + 'static) {
        let (sends, cancellable) = (self.sends.clone(), Arc::clone(&self.cancellable));
        let ended = id.clone();
        let running: std::pin::Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
            send(response.await, &sends).await;
            if let Some(id) = ended {
                lock(&cancellable).remove(&id);
            }
        });
        let mut cancellable = lock(&self.cancellable);
        let handle = self.running.spawn(running);
        if let Some(id) = id {
            cancellable.insert(id, handle);
        }
    }

    /// Cancels the request that a notification names, if it is one of 2026-07-28 that runs.
    fn cancel(&self, notification: &Notification<'_>) {
        if notification.method != "notifications/cancelled" {
            return;
        }
        let params = notification.params.named().ok().flatten();
        let id = params.and_then(|params| params.get("requestId"));
        if let Some(id) = id
            && let Some(request) = lock(&self.cancellable).remove(id.get())
        {
            request.abort();
        }
    }

    /// Sends the answer to a handshake, and begins to tell the client of changes in its session.
    async fn begin_session(&mut self, response: Response) {
        if let Some(id) = response.headers().get(SESSION_ID).cloned()
            && let Some(before) = self.session.replace(id)
        {
            let _ = self.server.delete(&RequestHead::of_stdio(Some(&before)));
        }
        send(response, &self.sends).await;
        let changes = self.server.get(&RequestHead::of_stdio(self.session.as_ref()), true);
        if changes.status().is_success() {
            self.run(None, async move { changes });
        }
    }

    /// Lets what runs end, for a limited time.
    async fn end(mut self) {
        shutdown::begin();
        self.server.end();
        let ended = async { while self.running.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(DRAIN_TIMEOUT, ended).await;
        self.running.shutdown().await;
        self.server.ended().await;
    }
}

impl RequestHead {
    /// The head of a line, which has no headers but the session that the line belongs to.
    fn of_stdio(session: Option<&HeaderValue>) -> Self {
        let headers: HeaderMap = session.map(|id| (SESSION_ID, id.clone())).into_iter().collect();
        let from = std::net::Ipv4Addr::LOCALHOST.into();
        let mut head = RequestHead::new(headers, DeclaredRevision::Nothing, from);
        head.is_stdio = true;
        head
    }
}

fn is_initialize(request: &Request<'_>) -> bool {
    request.method == Method::Initialize.as_str()
}

/// The id of a request of 2026-07-28, as JSON text.
fn cancellable_id(message: &Message<'_>) -> Option<String> {
    match message {
        Message::Request(request) if is_of_2026(DeclaredRevision::Nothing, message) => {
            Some(request.id.get().to_owned())
        }
        _ => None,
    }
}

/// Whether a response is there as a whole.
fn is_whole(response: &Response) -> bool {
    use mcp_trigger_core::http::Body;
    matches!(response.body(), Body::Sized(_) | Body::Chunked(_))
}

/// Sends a response to the client: a message, or the messages of its events. Nothing if it is empty.
async fn send(response: Response, sends: &mpsc::Sender<Bytes>) {
    let is_stream = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let mut body = response.into_body();
    if is_stream {
        while let Some(Ok(piece)) = body.frame().await {
            let events = piece.into_data().unwrap_or_default();
            for message in event::messages(&events) {
                if sends.send(events.slice_ref(message)).await.is_err() {
                    return;
                }
            }
        }
    } else if let Ok(whole) = body.collect().await {
        let whole = whole.to_bytes();
        if !whole.is_empty() {
            let _ = sends.send(one_line(whole)).await;
        }
    }
}

/// A message on one line.
fn one_line(message: Bytes) -> Bytes {
    match event::one_line(std::str::from_utf8(&message).unwrap_or_default()) {
        Cow::Borrowed(_) => message,
        Cow::Owned(line) => line.into(),
    }
}
