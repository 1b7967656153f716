//! One request and its answer: in JSON if the answer is all there is, in a stream of events if something comes before it.

use super::outbox::Outbox;
use super::reply::{self, Answer};
use crate::function::BoxFuture;
use crate::http::{Body, Response};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::oneshot;

/// A request that is being worked on.
pub(super) struct Exchange {
    pub(super) id: Box<RawValue>,
    /// `None` if the client took it back, and wants no answer.
    pub(super) work: BoxFuture<'static, Option<Answer>>,
    pub(super) outbox: Arc<Outbox>,
    /// Whether a client that goes away means that nobody wants the answer any more. It does since 2026-07-28, where nothing else
    /// could say so; before, the work goes on (specification 2025-11-25: `basic/transports`, "Disconnection").
    pub(super) ends_with_client: bool,
    /// Whether the client reads streams of events.
    pub(super) streams: bool,
}

/// How many events wait for a client that reads slowly, before the work waits for it as well.
const EVENTS: usize = 16;
/// How often a stream in which nothing happens shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

impl Exchange {
    /// Works until there is something to send.
    pub(super) async fn respond(mut self) -> Response {
        // Most work is done at once, and a task for it would cost more than the work.
        let first = std::future::poll_fn(|cx| Poll::Ready(self.work.as_mut().poll(cx))).await;
        if let Poll::Ready(answer) = first {
            return self.finish(&answer);
        }
        let (responds, response) = oneshot::channel();
        tokio::spawn(self.work_on(responds));
        // It is only ever dropped with a response in it, or when the runtime ends.
        response.await.unwrap_or_else(|_| crate::http::empty(hyper::StatusCode::SERVICE_UNAVAILABLE))
    }

    /// The response to work that is done already.
    fn finish(self, answer: &Option<Answer>) -> Response {
        let mut events = String::new();
        while let Some(message) = self.outbox.take().filter(|_| self.streams) {
            events += &reply::event(&message);
        }
        match answer {
            Some(answer) if events.is_empty() => return reply::json(Some(self.id.get()), answer),
            Some(answer) => events += &reply::event(&reply::message(Some(self.id.get()), answer)),
            None => {}
        }
        reply::event_stream(Body::chunked(events))
    }

    async fn work_on(mut self, mut responds: oneshot::Sender<Response>) {
        let first = tokio::select! {
            biased;
            message = self.outbox.next(), if self.streams => message,
            answer = &mut self.work => {
                let _ = responds.send(self.finish(&answer));
                return;
            }
            () = responds.closed(), if self.ends_with_client => return,
        };
        let (events, body) = Body::stream(EVENTS);
        let _ = responds.send(reply::event_stream(body));
        let mut event = reply::event(&first);
        loop {
            let is_gone = events.send(event.into()).await.is_err();
            if is_gone && self.ends_with_client {
                return;
            }
            event = tokio::select! {
                biased;
                message = self.outbox.next() => reply::event(&message),
                answer = &mut self.work => {
                    while let Some(message) = self.outbox.take() {
                        let _ = events.send(reply::event(&message).into()).await;
                    }
                    if let Some(answer) = answer {
                        let _ = events.send(reply::event(&reply::message(Some(self.id.get()), &answer)).into()).await;
                    }
                    return;
                }
                () = events.closed(), if self.ends_with_client => return,
                () = tokio::time::sleep(KEEP_ALIVE) => ":\n\n".to_owned(),
            };
        }
    }
}
