//! What a running request has to say before its answer: notifications, and requests to the client.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// Messages that wait to be sent. What nobody has to read is left out once too many wait: a client that reads slowly must not
/// make a server grow.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<VecDeque<String>>,
    arrived: Notify,
}

/// How many may wait before notifications are left out.
const LIMIT: usize = 256;

impl Outbox {
    /// Adds a notification, if there is room.
    pub(super) fn notify(&self, message: String) {
        self.push(message, LIMIT);
    }

    /// Adds a message that has to arrive.
    pub(super) fn send(&self, message: String) {
        self.push(message, usize::MAX);
    }

    fn push(&self, message: String, limit: usize) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < limit {
            waiting.push_back(message);
            drop(waiting);
            self.arrived.notify_one();
        }
    }

    /// The next message, if one waits.
    pub(super) fn take(&self) -> Option<String> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Waits for the next message.
    pub(super) async fn next(&self) -> String {
        loop {
            if let Some(message) = self.take() {
                return message;
            }
            self.arrived.notified().await;
        }
    }
}
