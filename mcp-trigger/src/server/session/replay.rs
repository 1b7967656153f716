//! Events that the client of a session may have missed, kept for a while so that it can resume a stream.

use bytes::{Bytes, BytesMut};
use mcp_trigger_core::accounts::{Account, Charge, Resource};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The last events of all streams of a session, in the order in which they were sent.
pub(super) struct Replay {
    events: VecDeque<Event>,
    held: Charge,
}

struct Event {
    stream: u64,
    number: u64,
    text: Bytes,
    sent: Instant,
}

/// How many bytes a session keeps at most.
const LIMIT: usize = 4 * 1024 * 1024;
/// How long an event is kept: clients that want to go on come back within seconds.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

impl Event {
    /// The memory of the event, in bytes.
    fn size(&self) -> usize {
        self.text.len() + size_of::<Event>()
    }
}

impl Replay {
    pub(super) fn new(account: &Arc<Account>) -> Self {
        Replay { events: VecDeque::new(), held: Charge::none(account, Resource::Memory) }
    }

    /// Keeps an event. The oldest events of the session make room for it. If that is not enough, the event is not kept.
    pub(super) fn keep(&mut self, stream: u64, number: u64, text: Bytes) {
        self.forget_old();
        let event = Event { stream, number, text, sent: Instant::now() };
        if event.size() > LIMIT {
            return;
        }
        while self.held.amount() + event.size() > LIMIT || self.held.grow(event.size()).is_err() {
            if !self.forget_first() {
                return;
            }
        }
        self.events.push_back(event);
    }

    /// The events of a stream after the event of that number.
    pub(super) fn after(&self, stream: u64, number: u64) -> Bytes {
        let mut all = BytesMut::new();
        for event in self.events.iter().filter(|event| event.stream == stream && event.number > number) {
            all.extend_from_slice(&event.text);
        }
        all.freeze()
    }

    /// Removes the events that are too old.
    pub(super) fn forget_old(&mut self) {
        while self.events.front().is_some_and(|event| event.sent.elapsed() > LIFETIME) {
            self.forget_first();
        }
    }

    pub(super) fn forget_all(&mut self) {
        while self.forget_first() {}
    }

    fn forget_first(&mut self) -> bool {
        let Some(event) = self.events.pop_front() else { return false };
        self.held.shrink(event.size());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::limits::account;
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};

    #[test]
    fn the_limits_are_documented() {
        assert_eq!((LIMIT, LIFETIME), (4 * 1024 * 1024, Duration::from_secs(5 * 60)));
        crate::fixtures::assert_documented("missed events of a session", "4 MiB, 5 min");
    }

    fn text(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    #[test]
    fn what_was_missed_is_of_one_stream_and_in_order() {
        let mut replay = Replay::new(&account());
        for (stream, number, text) in [(1, 1, "a"), (2, 1, "b"), (1, 2, "c"), (1, 3, "d")] {
            replay.keep(stream, number, text.into());
        }
        assert_eq!(replay.after(1, 1), "cd");
        assert_eq!(replay.after(1, 3), "");
        assert_eq!(replay.after(2, 0), "b");
    }

    #[test]
    fn a_session_keeps_no_more_than_it_may() {
        let mut replay = Replay::new(&account());
        for number in 1..=100 {
            replay.keep(1, number, text(LIMIT / 10));
            assert!(replay.held.amount() <= LIMIT);
        }
        assert_eq!(replay.after(1, 98).len(), 2 * (LIMIT / 10));
        replay.keep(1, 101, text(LIMIT));
        assert_eq!(replay.after(1, 100).len(), 0, "too long to be kept");
    }

    #[test]
    fn sessions_together_keep_no_more_than_they_may() {
        let accounts = Accounts::new(ProcessLimits { memory: 2000, ..ProcessLimits::default() });
        let mut replays = ["ann", "bob"].map(|name| Replay::new(&accounts.owner(Owner::Identity(name.into()))));
        let [first, second] = &mut replays;
        first.keep(1, 1, text(900));
        second.keep(1, 1, text(900));
        assert_eq!(second.after(1, 0).len(), 0, "no room");
        first.keep(1, 2, text(800));
        assert_eq!((first.after(1, 0).len(), first.after(1, 1).len()), (800, 800), "its own oldest makes room");
        first.forget_all();
        second.keep(1, 2, text(900));
        assert_eq!(second.after(1, 0).len(), 900);
    }
}
