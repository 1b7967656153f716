//! What a running request has to say before its answer: notifications, and requests to the client.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Messages that wait to be sent. What nobody has to read is left out once too many wait: a client that reads slowly must not
/// make a server grow.
#[derive(Debug, Default)]
pub(in crate::server) struct Outbox {
    waiting: Mutex<VecDeque<Sent>>,
    arrived: Notify,
    is_closed: AtomicBool,
}

/// Something that waits.
#[derive(Debug)]
pub(in crate::server) enum Sent {
    /// A message, as JSON text.
    Message(String),
    /// The client is to go, and to come back for the rest.
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

/// How many may wait before notifications are left out.
const LIMIT: usize = 256;

impl Outbox {
    /// Adds a notification, if there is room.
    pub(in crate::server) fn notify(&self, message: String) {
        self.push(Sent::Message(message), LIMIT);
    }

    /// Adds a message that has to arrive.
    pub(in crate::server) fn send(&self, message: String) {
        self.push(Sent::Message(message), usize::MAX);
    }

    /// Asks the client to come back for the rest, if there is room.
    pub(in crate::server) fn pause(&self) {
        self.push(Sent::Pause, LIMIT);
    }

    /// From now on nobody reads what is added.
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

    /// What waits longest, if something does.
    pub(in crate::server) fn take(&self) -> Option<Sent> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Waits for the next.
    pub(in crate::server) async fn next(&self) -> Sent {
        loop {
            if let Some(sent) = self.take() {
                return sent;
            }
            self.arrived.notified().await;
        }
    }
}
