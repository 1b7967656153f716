//! The exchange of a request for its answer. The response is JSON if the answer comes alone and soon, or else a stream of events.

use crate::server::asking::RunningClient;
use crate::server::message::{Answer, json_rpc};
use crate::server::methods::PendingAnswer;
use crate::server::session::Session;
use crate::server::transport::{Connection, KEEP_ALIVE, Sent, response};
use bytes::Bytes;
use mcp_trigger_core::accounts::{Account, Full, Place};
use mcp_trigger_core::http::{Body, Response};
use mcp_trigger_core::mcp::event::event;
use mcp_trigger_core::task;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::oneshot;

/// The stream of an answer.
enum AnswerStream {
    /// On the connection of the request.
    Direct(Arc<Connection>),
    /// A stream of a session, on the connection that its client has at the time.
    Session(Arc<Session>, u64),
}

impl PendingAnswer {
    /// Works until the response can begin. `place` takes a place for the request.
    ///
    /// # Errors
    ///
    /// If there is no place, unless the request is of a function that always answers at once.
    pub(in crate::server) async fn respond(
        mut self,
        place: impl FnOnce() -> Result<Place, Full>,
    ) -> Result<Response, Full> {
        // Most functions answer at once, and need no place: a caller that has none left can still call them.
        let place = if self.is_immediate { Err(place) } else { Ok(place()?) };
        // Most work is done at once, and a task for it would cost more than the work.
        let first = std::future::poll_fn(|cx| Poll::Ready(self.work.as_mut().poll(cx))).await;
        if let Poll::Ready(answer) = first {
            return Ok(self.finish(answer.as_ref()));
        }
        let place = match place {
            Ok(place) => place,
            // The function waits for the first time. From now on its requests need a place before they begin.
            Err(place) => place()?,
        };
        let (responds, response) = oneshot::channel();
        task::spawn(self.work_on(place, responds));
        // It is only ever dropped with a response in it, or when the runtime ends.
        Ok(response.await.unwrap_or_else(|_| mcp_trigger_core::http::empty(hyper::StatusCode::SERVICE_UNAVAILABLE)))
    }

    /// The response to a request whose answer is there.
    fn finish(self, answer: Option<&Answer>) -> Response {
        let mut messages = Vec::new();
        while let Some(sent) = take_of(self.client.as_deref()) {
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

    async fn work_on(mut self, place: Place, mut responds: oneshot::Sender<Response>) {
        if let Some(client) = &self.client {
            client.outbox.charge_to(place.account());
        }
        let first = tokio::select! {
            biased;
            sent = next_of(self.client.as_deref()) => Some(sent),
            answer = &mut self.work => {
                let _ = responds.send(self.finish(answer.as_ref()));
                return;
            }
            () = responds.closed(), if self.ends_with_client => return,
            // Whoever is in between would give up on a client that reads nothing for long.
            () = tokio::time::sleep(KEEP_ALIVE), if self.client.is_some() => None,
        };
        let (stream, body) = AnswerStream::open(self.session.as_ref(), place.account());
        let _ = responds.send(response::event_stream(body));
        if let Some(answer) = self.tell(&stream, first).await {
            while let Some(sent) = take_of(self.client.as_deref()) {
                stream.send(sent).await;
            }
            if let Some(answer) = answer {
                stream.send(Sent::Message(json_rpc::answer(Some(self.id.get()), &answer))).await;
            }
        }
        stream.end();
    }

    /// Sends messages, beginning with `first`, until the answer is there; `None` if the client is gone and the work ends with it.
    async fn tell(&mut self, stream: &AnswerStream, first: Option<Sent>) -> Option<Option<Answer>> {
        let mut next = first;
        loop {
            match next {
                Some(sent) => stream.send(sent).await,
                None => stream.keep_alive(),
            }
            next = tokio::select! {
                biased;
                () = stream.gone(), if self.ends_with_client => return None,
                sent = next_of(self.client.as_deref()) => Some(sent),
                answer = &mut self.work => return Some(answer),
                () = tokio::time::sleep(KEEP_ALIVE) => None,
            };
        }
    }
}

/// The next message before the answer, if one waits.
fn take_of(client: Option<&RunningClient>) -> Option<Sent> {
    client?.outbox.take()
}

/// Waits for the next message before the answer.
async fn next_of(client: Option<&RunningClient>) -> Sent {
    match client {
        Some(client) => client.outbox.next().await,
        None => std::future::pending().await,
    }
}

impl AnswerStream {
    fn open(session: Option<&Arc<Session>>, account: &Arc<Account>) -> (Self, Body) {
        match session {
            None => {
                let (connection, body) = Connection::open(Bytes::new(), account, None);
                (AnswerStream::Direct(connection), body)
            }
            Some(session) => {
                let (stream, body) = session.streams.open();
                (AnswerStream::Session(Arc::clone(session), stream), body)
            }
        }
    }

    async fn send(&self, sent: Sent) {
        match (self, sent) {
            (AnswerStream::Direct(connection), Sent::Message(message)) => {
                connection.send(event(&message)).await;
            }
            (AnswerStream::Session(session, stream), Sent::Message(message)) => {
                session.streams.send(*stream, &message).await;
            }
            (AnswerStream::Session(session, stream), Sent::Pause) => session.streams.pause(*stream),
            // Nobody could come back.
            (AnswerStream::Direct(_), Sent::Pause) => {}
        }
    }

    fn keep_alive(&self) {
        match self {
            AnswerStream::Direct(connection) => connection.keep_alive(),
            AnswerStream::Session(session, stream) => session.streams.keep_alive(*stream),
        }
    }

    /// Waits until the client is gone for good.
    async fn gone(&self) {
        match self {
            AnswerStream::Direct(connection) => connection.gone().await,
            AnswerStream::Session(..) => std::future::pending().await,
        }
    }

    fn end(self) {
        if let AnswerStream::Session(session, stream) = self {
            session.streams.close(stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits, Resource};
    use mcp_trigger_core::mcp::json_text::JsonText;
    use tokio::sync::Notify;

    fn pending(work: impl Future<Output = ()> + Send + 'static, is_immediate: bool) -> PendingAnswer {
        let work = async move {
            work.await;
            Some(Ok("{}".to_owned()))
        };
        PendingAnswer {
            id: JsonText::copy("1"),
            work: Box::pin(work),
            client: None,
            ends_with_client: false,
            is_immediate,
            session: None,
        }
    }

    #[tokio::test]
    async fn no_more_is_begun_than_there_is_a_place_for_whether_or_not_somebody_waits() {
        let accounts = Accounts::new(ProcessLimits { requests: 1, ..ProcessLimits::default() });
        let account = accounts.owner(Owner::Identity("ann".into()));
        let place = || Place::take(&account, &Bytes::new());
        let done = Arc::new(Notify::new());
        let until = Arc::clone(&done);
        // Its client goes away, and the work goes on.
        let waiting = pending(async move { until.notified().await }, false).respond(place);
        assert!(tokio::time::timeout(std::time::Duration::from_millis(10), waiting).await.is_err());
        assert!(pending(std::future::ready(()), false).respond(place).await.is_err());
        assert_eq!(pending(std::future::ready(()), true).respond(place).await.unwrap().status(), 200);
        assert!(pending(std::future::pending(), true).respond(place).await.is_err(), "it did not answer at once");
        done.notify_one();
        while accounts.held(Resource::Requests) > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(pending(std::future::ready(()), false).respond(place).await.unwrap().status(), 200);
    }
}
