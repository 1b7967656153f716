//! Messages of a running request that come before its answer: notifications, and requests to the client.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Messages that wait to be sent. If too many wait, notifications are dropped: a slow client must not take the server's memory.
#[derive(Debug, Default)]
pub(in crate::server) struct Outbox {
    waiting: Mutex<VecDeque<Sent>>,
    arrived: Notify,
    is_closed: AtomicBool,
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
    pub(in crate::server) fn into_message(self) -> Option<String> {
        match self {
            Sent::Message(message) => Some(message),
            Sent::Pause => None,
        }
    }
}

/// How many messages may wait before notifications are dropped.
const LIMIT: usize = 256;

impl Outbox {
    /// Adds a notification, unless too many messages wait.
    pub(in crate::server) fn notify(&self, message: String) {
        self.push(Sent::Message(message), LIMIT);
    }

    /// Adds a message that is never dropped.
    pub(in crate::server) fn send(&self, message: String) {
        self.push(Sent::Message(message), usize::MAX);
    }

    /// Adds a pause, unless too many messages wait.
    pub(in crate::server) fn pause(&self) {
        self.push(Sent::Pause, LIMIT);
    }

    /// Closes the outbox: messages that are added later are dropped.
    pub(in crate::server) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    fn push(&self, sent: Sent, limit: usize) {
        if self.is_closed.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < limit {
            waiting.push_back(sent);
            drop(waiting);
            self.arrived.notify_one();
        }
    }

    /// The entry that waits longest, if there is one.
    pub(in crate::server) fn take(&self) -> Option<Sent> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
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
