//! One request and its answer: in JSON if the answer is all there is, in a stream of events if something comes before it, or it
//! takes long.

use crate::server::asking::RunningClient;
use crate::server::message::{Answer, Error, json_rpc};
use crate::server::methods::PendingAnswer;
use crate::server::session::Session;
use crate::server::transport::{Connection, KEEP_ALIVE, Sent, response};
use bytes::Bytes;
use mcp_trigger_core::http::{Body, Response};
use mcp_trigger_core::mcp::event::event;
use mcp_trigger_core::task;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::{Semaphore, oneshot};

/// Where the events of an answer go.
enum Line {
    /// To the connection that the request came on.
    Direct(Arc<Connection>),
    /// To a stream of a session, over whatever connection its client has.
    Session(Arc<Session>, u64),
}

/// The requests of this process that are being worked on, and were not done at once. One goes on when its client has gone away, if
/// its revision says so, and so might any number of one client's.
static RUNNING: Semaphore = Semaphore::const_new(10_000);

impl PendingAnswer {
    /// Works until there is something to send.
    pub(in crate::server) async fn respond(self) -> Response {
        self.respond_within(&RUNNING).await
    }

    async fn respond_within(mut self, running: &'static Semaphore) -> Response {
        // Only looked at, for most need no place: then all threads may look at once.
        if running.available_permits() == 0 {
            let error = Error::overloaded("Too many requests are being worked on: try again later");
            return response::json(Some(self.id.get()), &Err(error));
        }
        // Most work is done at once, and a task for it would cost more than the work.
        let first = std::future::poll_fn(|cx| Poll::Ready(self.work.as_mut().poll(cx))).await;
        if let Poll::Ready(answer) = first {
            return self.finish(answer.as_ref());
        }
        let (responds, response) = oneshot::channel();
        // What has begun goes on, though others may have taken the last place meanwhile.
        let place = running.try_acquire().ok();
        task::spawn(async move {
            let _place = place;
            self.work_on(responds).await;
        });
        // It is only ever dropped with a response in it, or when the runtime ends.
        response.await.unwrap_or_else(|_| mcp_trigger_core::http::empty(hyper::StatusCode::SERVICE_UNAVAILABLE))
    }

    /// The response to work that is done already.
    fn finish(self, answer: Option<&Answer>) -> Response {
        let mut messages = Vec::new();
        while let Some(sent) = take_of(self.peer.as_deref()) {
            messages.extend(sent.into_message());
        }
        match answer {
            Some(answer) if messages.is_empty() => return response::json(Some(self.id.get()), answer),
            Some(answer) => messages.push(json_rpc::answer(Some(self.id.get()), answer)),
            None => {}
        }
        let events = match &self.session {
            Some(session) => session.streams.whole(&messages),
            None => messages.iter().map(|message| event(message)).collect::<String>().into(),
        };
        response::event_stream(Body::chunked(events))
    }

    async fn work_on(mut self, mut responds: oneshot::Sender<Response>) {
        let first = tokio::select! {
            biased;
            sent = next_of(self.peer.as_deref()) => Some(sent),
            answer = &mut self.work => {
                let _ = responds.send(self.finish(answer.as_ref()));
                return;
            }
            () = responds.closed(), if self.ends_with_client => return,
            // Whoever is in between would give up on a client that reads nothing for long.
            () = tokio::time::sleep(KEEP_ALIVE), if self.peer.is_some() => None,
        };
        let (line, body) = Line::open(self.session.as_ref());
        let _ = responds.send(response::event_stream(body));
        if let Some(answer) = self.tell(&line, first).await {
            while let Some(sent) = take_of(self.peer.as_deref()) {
                line.send(sent).await;
            }
            if let Some(answer) = answer {
                line.send(Sent::Message(json_rpc::answer(Some(self.id.get()), &answer))).await;
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
                sent = next_of(self.peer.as_deref()) => Some(sent),
                answer = &mut self.work => return Some(answer),
                () = tokio::time::sleep(KEEP_ALIVE) => None,
            };
        }
    }
}

/// What comes next before the answer, if it is there.
fn take_of(peer: Option<&RunningClient>) -> Option<Sent> {
    peer?.outbox.take()
}

/// Waits for it.
async fn next_of(peer: Option<&RunningClient>) -> Sent {
    match peer {
        Some(peer) => peer.outbox.next().await,
        None => std::future::pending().await,
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
                connection.send(event(&message)).await;
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

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_trigger_core::mcp::json_text::JsonText;
    use tokio::sync::Notify;

    fn exchange(work: impl Future<Output = ()> + Send + 'static) -> PendingAnswer {
        let work = async move {
            work.await;
            Some(Ok("{}".to_owned()))
        };
        PendingAnswer {
            id: JsonText::copy("1"),
            work: Box::pin(work),
            peer: None,
            ends_with_client: false,
            session: None,
        }
    }

    #[tokio::test]
    async fn no_more_is_begun_than_there_is_room_for_whether_or_not_somebody_waits() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let done = Arc::new(Notify::new());
        let until = Arc::clone(&done);
        // Its client goes away, and the work goes on.
        let waiting = exchange(async move { until.notified().await }).respond_within(&ONE);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(10), waiting).await.is_err());
        assert_eq!(exchange(std::future::ready(())).respond_within(&ONE).await.status(), 503);
        done.notify_one();
        drop(ONE.acquire().await);
        assert_eq!(exchange(std::future::ready(())).respond_within(&ONE).await.status(), 200);
    }
}
