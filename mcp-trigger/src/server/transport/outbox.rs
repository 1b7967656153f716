//! Messages of a running request that come before its answer: notifications, and requests to the client.

use mcp_trigger_core::accounts::{Account, Charge, Resource};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Messages that wait to be sent. If too many wait, or their caller holds too much, notifications are dropped: a slow client must not
/// take the server's memory.
#[derive(Debug, Default)]
pub(in crate::server) struct Outbox {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    is_closed: AtomicBool,
}

#[derive(Debug, Default)]
struct Waiting {
    entries: VecDeque<Sent>,
    /// The length of all messages, in bytes.
    bytes: usize,
    /// The charge of the messages. `None` until the request has to be waited for.
    charge: Option<Charge>,
}

/// An entry of the outbox.
#[derive(Debug)]
pub(in crate::server) enum Sent {
    /// A message, as JSON text.
    Message(String),
    /// The connection ends here. The client resumes the stream with another.
    Pause,
}

impl Sent {
    fn len(&self) -> usize {
        match self {
            Sent::Message(message) => message.len(),
            Sent::Pause => 0,
        }
    }

    pub(in crate::server) fn into_message(self) -> Option<String> {
        match self {
            Sent::Message(message) => Some(message),
            Sent::Pause => None,
        }
    }
}

/// How many messages may wait before notifications are dropped.
const LIMIT: usize = 256;
/// How many bytes may wait before notifications are dropped. One notification may always wait.
const BYTES: usize = 1024 * 1024;

impl Outbox {
    /// Charges what waits to the caller from now on.
    pub(in crate::server) fn charge_to(&self, account: &Arc<Account>) {
        let mut waiting = self.waiting();
        let mut charge = Charge::none(account, Resource::Memory);
        // What waits already waits all the same.
        let _ = charge.grow(waiting.bytes);
        waiting.charge = Some(charge);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a notification, unless too many messages wait.
    pub(in crate::server) fn notify(&self, message: String) {
        self.push(Sent::Message(message), LIMIT, BYTES);
    }

    /// Adds a message that is never dropped.
    pub(in crate::server) fn send(&self, message: String) {
        self.push(Sent::Message(message), usize::MAX, usize::MAX);
    }

    /// Adds a pause, unless too many messages wait.
    pub(in crate::server) fn pause(&self) {
        self.push(Sent::Pause, LIMIT, BYTES);
    }

    /// Closes the outbox: messages that are added later are dropped.
    pub(in crate::server) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    fn push(&self, sent: Sent, limit: usize, bytes: usize) {
        if self.is_closed.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting();
        if waiting.entries.len() >= limit || waiting.bytes >= bytes {
            return;
        }
        let is_charged = waiting.charge.as_mut().is_none_or(|charge| charge.grow(sent.len()).is_ok());
        if is_charged || limit == usize::MAX {
            waiting.bytes += sent.len();
            waiting.entries.push_back(sent);
            drop(waiting);
            self.arrived.notify_one();
        }
    }

    /// The entry that waits longest, if there is one.
    pub(in crate::server) fn take(&self) -> Option<Sent> {
        let mut waiting = self.waiting();
        let first = waiting.entries.pop_front()?;
        waiting.bytes -= first.len();
        let bytes = waiting.bytes;
        if let Some(charge) = &mut waiting.charge {
            // A message that is never dropped may have no charge.
            charge.shrink(charge.amount().saturating_sub(bytes));
        }
        Some(first)
    }

    /// Waits for the next entry.
    pub(in crate::server) async fn next(&self) -> Sent {
        loop {
            if let Some(sent) = self.take() {
                return sent;
            }
            self.arrived.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mcp_trigger_core::accounts::{Accounts, Owner, ProcessLimits};

    fn waiting(outbox: &Outbox) -> usize {
        std::iter::from_fn(|| outbox.take()).count()
    }

    #[test]
    fn notifications_are_dropped_if_too_many_or_too_long_ones_wait() {
        let outbox = Outbox::default();
        (0..1000).for_each(|_| outbox.notify("short".to_owned()));
        assert_eq!(waiting(&outbox), LIMIT);
        (0..10).for_each(|_| outbox.notify("x".repeat(BYTES)));
        assert_eq!(waiting(&outbox), 1);
        outbox.notify("x".repeat(BYTES));
        outbox.send("a question is never dropped".to_owned());
        assert_eq!(waiting(&outbox), 2);
        outbox.notify("again".to_owned());
        assert_eq!(waiting(&outbox), 1);
    }
    /// Each of many calls has little that waits, and all of them together have much.
    #[test]
    fn notifications_of_all_calls_are_charged_to_their_caller() {
        let accounts = Accounts::new(ProcessLimits { memory: 10 * BYTES, ..ProcessLimits::default() });
        let ann = accounts.owner(Owner::Identity("ann".into()));
        let outboxes: Vec<_> = (0..20).map(|_| Outbox::default()).collect();
        for outbox in &outboxes {
            outbox.notify("x".repeat(1000));
            outbox.charge_to(&ann);
            outbox.notify("x".repeat(BYTES - 1000));
        }
        assert!(accounts.held(Resource::Memory) <= 5 * BYTES);
        assert_eq!(outboxes.iter().filter(|outbox| waiting(outbox) == 2).count(), 5);
        assert_eq!(accounts.held(Resource::Memory), 0);
        let full = ann.take(Resource::Memory, 5 * BYTES).unwrap();
        outboxes[0].send("a question is never dropped".to_owned());
        drop(full);
        assert_eq!((waiting(&outboxes[0]), accounts.held(Resource::Memory)), (1, 0));
    }
}
