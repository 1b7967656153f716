//! One request and its answer: in JSON if the answer is all there is, in a stream of events if something comes before it, or it
//! takes long.

use super::connection::{Connection, KEEP_ALIVE};
use super::outbox::{Outbox, Sent};
use super::reply::{self, Answer};
use super::session::Session;
use crate::function::BoxFuture;
use crate::http::{Body, Response};
use bytes::Bytes;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::task::Poll;
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
    /// The session of a client that may come back for the answer.
    pub(super) session: Option<Arc<Session>>,
}

/// Where the events of an answer go.
enum Line {
    /// To the connection that the request came on.
    Direct(Arc<Connection>),
    /// To a stream of a session, over whatever connection its client has.
    Session(Arc<Session>, u64),
}

impl Exchange {
    /// Works until there is something to send.
    pub(super) async fn respond(mut self) -> Response {
        // Most work is done at once, and a task for it would cost more than the work.
        let first = std::future::poll_fn(|cx| Poll::Ready(self.work.as_mut().poll(cx))).await;
        if let Poll::Ready(answer) = first {
            return self.finish(answer.as_ref());
        }
        let (responds, response) = oneshot::channel();
        tokio::spawn(self.work_on(responds));
        // It is only ever dropped with a response in it, or when the runtime ends.
        response.await.unwrap_or_else(|_| crate::http::empty(hyper::StatusCode::SERVICE_UNAVAILABLE))
    }

    /// The response to work that is done already.
    fn finish(self, answer: Option<&Answer>) -> Response {
        let mut messages = Vec::new();
        while let Some(sent) = self.outbox.take().filter(|_| self.streams) {
            messages.extend(sent.into_message());
        }
        match answer {
            Some(answer) if messages.is_empty() => return reply::json(Some(self.id.get()), answer),
            Some(answer) => messages.push(reply::message(Some(self.id.get()), answer)),
            None => {}
        }
        let events = match &self.session {
            Some(session) => session.streams.whole(&messages),
            None => messages.iter().map(|message| reply::event(message)).collect::<String>().into(),
        };
        reply::event_stream(Body::chunked(events))
    }

    async fn work_on(mut self, mut responds: oneshot::Sender<Response>) {
        let first = tokio::select! {
            biased;
            sent = self.outbox.next(), if self.streams => Some(sent),
            answer = &mut self.work => {
                let _ = responds.send(self.finish(answer.as_ref()));
                return;
            }
            () = responds.closed(), if self.ends_with_client => return,
            // Whoever is in between would give up on a client that reads nothing for long.
            () = tokio::time::sleep(KEEP_ALIVE), if self.streams => None,
        };
        let (line, body) = Line::open(self.session.as_ref());
        let _ = responds.send(reply::event_stream(body));
        if let Some(answer) = self.tell(&line, first).await {
            while let Some(sent) = self.outbox.take() {
                line.send(sent).await;
            }
            if let Some(answer) = answer {
                line.send(Sent::Message(reply::message(Some(self.id.get()), &answer))).await;
            }
        }
        line.end();
    }

    /// Sends what the work has to say, beginning with `first`, until it is done; `None` if nobody wants the answer any more.
    async fn tell(&mut self, line: &Line, first: Option<Sent>) -> Option<Option<Answer>> {
        let mut next = first;
        loop {
            match next {
                Some(sent) => line.send(sent).await,
                None => line.keep_alive(),
            }
            next = tokio::select! {
                biased;
                () = line.gone(), if self.ends_with_client => return None,
                sent = self.outbox.next() => Some(sent),
                answer = &mut self.work => return Some(answer),
                () = tokio::time::sleep(KEEP_ALIVE) => None,
            };
        }
    }
}

impl Line {
    fn open(session: Option<&Arc<Session>>) -> (Self, Body) {
        match session {
            None => {
                let (connection, body) = Connection::open(Bytes::new(), None);
                (Line::Direct(connection), body)
            }
            Some(session) => {
                let (stream, body) = session.streams.open();
                (Line::Session(Arc::clone(session), stream), body)
            }
        }
    }

    async fn send(&self, sent: Sent) {
        match (self, sent) {
            (Line::Direct(connection), Sent::Message(message)) => {
                connection.send(reply::event(&message)).await;
            }
            (Line::Session(session, stream), Sent::Message(message)) => session.streams.send(*stream, &message).await,
            (Line::Session(session, stream), Sent::Pause) => session.streams.pause(*stream),
            // Nobody could come back.
            (Line::Direct(_), Sent::Pause) => {}
        }
    }

    fn keep_alive(&self) {
        match self {
            Line::Direct(connection) => connection.keep_alive(),
            Line::Session(session, stream) => session.streams.keep_alive(*stream),
        }
    }

    /// Waits until its client has gone for good.
    async fn gone(&self) {
        match self {
            Line::Direct(connection) => connection.gone().await,
            Line::Session(..) => std::future::pending().await,
        }
    }

    fn end(self) {
        if let Line::Session(session, stream) = self {
            session.streams.close(stream);
        }
    }
}
