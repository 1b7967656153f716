//! The streams of a session. Since 2025-03-26 a stream outlives its connections: a client that lost one names the last event that it
//! has read, and gets the rest on another (specification 2025-11-25: `basic/transports`, "Resumability and Redelivery").
//!
//! A client that comes back gets each event after its last one once, in order, whenever it comes back. Of several connections that
//! it opens for a stream, the last one gets what comes next.

use super::replay::Replay;
use crate::server::revision::Revision;
use crate::server::transport::Connection;
use crate::sync::{Mutex, lock};
use bytes::Bytes;
use mcp_trigger_core::accounts::{Account, Charge};
use mcp_trigger_core::http::Body;
use mcp_trigger_core::mcp::event::event;
use std::collections::HashMap;
use std::sync::Arc;

/// All streams of a session.
pub(in crate::server) struct Streams {
    revision: Revision,
    /// The account of the session.
    account: Arc<Account>,
    state: Mutex<StreamsState>,
}

struct StreamsState {
    /// The number of streams so far.
    count: u64,
    /// The open streams by their numbers.
    open: HashMap<u64, Stream>,
    replay: Replay,
    ended: bool,
}

#[derive(Default)]
struct Stream {
    /// The number of events that were sent.
    sent: u64,
    /// The connection to the client, unless the client is away.
    connection: Option<Arc<Connection>>,
}

/// The number of the stream that belongs to no request.
pub(in crate::server) const STANDALONE: u64 = 0;
/// How long a client should wait before it comes back, in milliseconds.
const RETRY: u32 = 1000;

/// A stream that a client resumes.
pub(in crate::server) enum Resumed {
    /// The stream is open: the missed events, and those to come.
    Open { stream: u64, connection: Arc<Connection>, body: Body },
    /// The stream has ended: the missed events.
    Rest(Bytes),
    /// The stream has ended, and no missed events are kept.
    Over,
    /// The session has no such event.
    Unknown,
}

impl Streams {
    pub(super) fn new(revision: Revision, account: &Arc<Account>) -> Self {
        let state = StreamsState { count: 1, open: HashMap::new(), replay: Replay::new(account), ended: false };
        Streams { revision, account: Arc::clone(account), state: Mutex::new(state) }
    }

    /// Opens a stream for a request: its number, and the body of the response.
    pub(in crate::server) fn open(&self) -> (u64, Body) {
        let mut state = lock(&self.state);
        let number = state.count;
        state.count += 1;
        let (connection, body) = Connection::open(self.priming(number, 0), &self.account, None);
        if !state.ended {
            state.open.insert(number, Stream { sent: 0, connection: Some(connection) });
        }
        (number, body)
    }

    /// Sends messages as the whole stream of a request: the body of the response.
    pub(in crate::server) fn whole(&self, messages: &[String]) -> Bytes {
        let mut state = lock(&self.state);
        let number = state.count;
        state.count += 1;
        let mut all = self.priming(number, 0);
        for (sent, message) in (1..).zip(messages) {
            let event = self.event(number, sent, message);
            all += &event;
            if self.revision.has_event_ids() && !state.ended {
                state.replay.keep(number, sent, event.into());
            }
        }
        all.into()
    }

    /// Opens the stream that belongs to no request, or opens it again; `None` if it has a client.
    pub(in crate::server) fn open_standalone(&self, charge: Charge) -> Option<(Arc<Connection>, Body)> {
        let mut state = lock(&self.state);
        if state.ended {
            return Some(Connection::open(Bytes::new(), &self.account, None))
                .inspect(|(connection, _)| connection.end());
        }
        let stream = state.open.entry(STANDALONE).or_default();
        if stream.connection.as_ref().is_some_and(|connection| !connection.is_gone()) {
            return None;
        }
        let (connection, body) = Connection::open(self.priming(STANDALONE, stream.sent), &self.account, Some(charge));
        stream.connection = Some(Arc::clone(&connection));
        Some((connection, body))
    }

    /// Goes on with the stream of an event, after it.
    pub(in crate::server) fn resume(&self, last_event: &str, charge: Charge) -> Resumed {
        let mut state = lock(&self.state);
        let state = &mut *state;
        let Some((number, event)) = read_id(last_event).filter(|(number, _)| *number < state.count) else {
            return Resumed::Unknown;
        };
        state.replay.forget_old();
        let missed = state.replay.after(number, event);
        match state.open.get_mut(&number) {
            Some(stream) if event > stream.sent => Resumed::Unknown,
            Some(stream) => {
                // Whether the client has let go of the old one is not always seen.
                let old = stream.connection.take();
                old.inspect(|old| old.end());
                let (connection, body) = Connection::open(missed, &self.account, Some(charge));
                stream.connection = Some(Arc::clone(&connection));
                Resumed::Open { stream: number, connection, body }
            }
            None if number == STANDALONE => Resumed::Unknown,
            None if missed.is_empty() => Resumed::Over,
            None => Resumed::Rest(missed),
        }
    }

    /// Sends a message on a stream: to its client, if that is not away, and into the buffer that it comes back for.
    pub(in crate::server) async fn send(&self, number: u64, message: &str) {
        let (connection, event) = {
            let mut state = lock(&self.state);
            let Some(stream) = state.open.get_mut(&number) else { return };
            stream.sent += 1;
            let (sent, connection) = (stream.sent, stream.connection.clone());
            let event = Bytes::from(self.event(number, sent, message));
            if self.revision.has_event_ids() {
                state.replay.keep(number, sent, event.clone());
            }
            (connection, event)
        };
        if let Some(connection) = connection
            && !connection.send(event).await
        {
            self.forget(number, &connection);
        }
    }

    /// Ends the connection of a stream, so that the client resumes it, on revisions that have this.
    pub(in crate::server) fn pause(&self, number: u64) {
        if self.revision.has_priming_events()
            && let Some(stream) = lock(&self.state).open.get_mut(&number)
        {
            stream.connection = None;
        }
    }

    /// Shows that a stream is alive.
    pub(in crate::server) fn keep_alive(&self, number: u64) {
        let connection = lock(&self.state).open.get(&number).and_then(|stream| stream.connection.clone());
        connection.inspect(|connection| connection.keep_alive());
    }

    /// Ends a stream.
    pub(in crate::server) fn close(&self, number: u64) {
        lock(&self.state).open.remove(&number);
    }

    /// Removes a connection whose client is gone.
    pub(in crate::server) fn forget(&self, number: u64, gone: &Arc<Connection>) {
        if let Some(stream) = lock(&self.state).open.get_mut(&number) {
            stream.connection.take_if(|connection| Arc::ptr_eq(connection, gone));
        }
    }

    /// Removes the missed events that are too old.
    pub(super) fn forget_old(&self) {
        lock(&self.state).replay.forget_old();
    }

    /// Ends all streams, for ever.
    pub(super) fn end(&self) {
        let mut state = lock(&self.state);
        state.ended = true;
        state.replay.forget_all();
        for stream in std::mem::take(&mut state.open).into_values() {
            stream.connection.inspect(|connection| connection.end());
        }
    }

    /// A message as an event of a stream.
    fn event(&self, number: u64, sent: u64, message: &str) -> String {
        let event = event(message);
        if self.revision.has_event_ids() { format!("id: {}\n{event}", write_id(number, sent)) } else { event }
    }

    /// The priming event of a stream, so that its client can resume it before the first message. Clients of earlier revisions would
    /// take its empty data for a message.
    fn priming(&self, number: u64, sent: u64) -> String {
        if !self.revision.has_priming_events() {
            return String::new();
        }
        format!("id: {}\nretry: {RETRY}\ndata:\n\n", write_id(number, sent))
    }
}

/// The id of an event: the number of the stream, and the number of events before this one.
fn write_id(stream: u64, event: u64) -> String {
    format!("{stream}-{event}")
}

fn read_id(id: &str) -> Option<(u64, u64)> {
    let (stream, event) = id.split_once('-')?;
    Some((stream.parse().ok()?, event.parse().ok()?))
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::server::limits::account;
    use crate::sync::check;
    use http_body_util::BodyExt as _;
    use mcp_trigger_core::accounts::Resource;
    use shuttle::future::{block_on, spawn};

    fn charge() -> Charge {
        account().take(Resource::Streams, 1).unwrap()
    }

    /// Comes back to the first stream, as if no event of it had arrived, and reads to the end.
    async fn come_back(streams: &Streams) -> Vec<String> {
        let read = match streams.resume("1-0", charge()) {
            Resumed::Open { connection, body, .. } => {
                drop(connection);
                body.collect().await.unwrap().to_bytes()
            }
            Resumed::Rest(rest) => rest,
            Resumed::Over | Resumed::Unknown => Bytes::new(),
        };
        let lines = std::str::from_utf8(&read).unwrap().lines();
        lines.filter_map(|line| line.strip_prefix("data: ")).map(str::to_owned).collect()
    }

    #[test]
    fn model_a_client_that_comes_back_gets_each_event_once_and_in_order() {
        check(|| {
            let streams = Arc::new(Streams::new(Revision::V2025_11_25, &account()));
            let (number, _first) = streams.open();
            let sender = Arc::clone(&streams);
            spawn(async move {
                for event in ["a", "b", "c"] {
                    sender.send(number, event).await;
                }
                sender.close(number);
            });
            let other = Arc::clone(&streams);
            let other = spawn(async move { come_back(&other).await });
            let read = [block_on(come_back(&streams)), block_on(other).unwrap()];
            for read in &read {
                assert!(["a", "b", "c"].starts_with(&read.iter().map(String::as_str).collect::<Vec<_>>()), "{read:?}");
            }
            assert!(read.iter().any(|read| read.len() == 3), "{read:?}");
        });
    }
}

#[cfg(test)]
#[cfg(not(feature = "models"))]
mod tests {
    use super::*;
    use crate::server::limits::account;
    use http_body_util::BodyExt as _;
    use mcp_trigger_core::accounts::Resource;

    fn streams(revision: Revision) -> Streams {
        Streams::new(revision, &account())
    }

    fn charge() -> Charge {
        account().take(Resource::Streams, 1).unwrap()
    }

    async fn read(body: Body) -> String {
        String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_first_connection_and_the_second_make_one_stream() {
        let streams = streams(Revision::V2025_11_25);
        let (number, first) = streams.open();
        streams.send(number, "{1}").await;
        let Resumed::Open { body: second, connection, .. } = streams.resume("1-0", charge()) else { panic!() };
        drop(connection);
        streams.send(number, "{2}").await;
        streams.close(number);
        let one = "id: 1-1\nevent: message\ndata: {1}\n\n";
        let two = "id: 1-2\nevent: message\ndata: {2}\n\n";
        assert_eq!(read(first).await, format!("id: 1-0\nretry: 1000\ndata:\n\n{one}"));
        assert_eq!(read(second).await, format!("{one}{two}"));
        let Resumed::Rest(rest) = streams.resume("1-1", charge()) else { panic!() };
        assert_eq!(rest, two);
        assert!(matches!(streams.resume("1-2", charge()), Resumed::Over));
        assert!(matches!(streams.resume("2-0", charge()), Resumed::Unknown));
    }

    /// Nobody sees that a client has gone which neither reads nor closes its connection.
    #[tokio::test]
    async fn a_client_that_comes_back_frees_whoever_waits_for_it() {
        let streams = Arc::new(streams(Revision::V2025_06_18));
        let (number, _stuck) = streams.open();
        let sender = Arc::clone(&streams);
        let sending = tokio::spawn(async move {
            for event in 0..100 {
                sender.send(number, &event.to_string()).await;
            }
            sender.close(number);
        });
        while lock(&streams.state).open[&number].sent < 17 {
            tokio::task::yield_now().await;
        }
        let Resumed::Open { body, connection, .. } = streams.resume("1-3", charge()) else { panic!() };
        drop(connection);
        let read = read(body).await;
        sending.await.unwrap();
        let events: Vec<_> = read.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
        assert_eq!(events, (3..100).map(|event| event.to_string()).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_is_sent_at_once_can_be_resumed_too() {
        let streams = streams(Revision::V2025_03_26);
        let whole = streams.whole(&["{1}".to_owned(), "{2}".to_owned()]);
        let Resumed::Rest(rest) = streams.resume("1-1", charge()) else { panic!() };
        assert!(whole.ends_with(&rest) && rest.starts_with(b"id: 1-2\n"));
    }

    #[tokio::test]
    async fn nothing_is_kept_of_an_ended_session() {
        let streams = streams(Revision::V2025_11_25);
        let (number, body) = streams.open();
        streams.send(number, "{1}").await;
        streams.end();
        streams.send(number, "{2}").await;
        assert!(!read(body).await.contains("{2}"));
        assert!(!matches!(streams.resume("1-0", charge()), Resumed::Open { .. } | Resumed::Rest(_)));
        let (connection, body) = streams.open_standalone(charge()).unwrap();
        assert!(connection.is_gone());
        drop(connection);
        assert_eq!(read(body).await, "");
    }
}
