//! Sessions of the revisions with a handshake: what a client said of itself, the questions that it has not answered yet, and
//! the calls that it may cancel.

use super::capabilities;
use super::outbox::Outbox;
use super::request::Sender;
use super::revision::Revision;
use crate::client::{AskError, Question};
use host_protocol::json::RawObject;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::{Notify, oneshot};

mod store;

pub(super) use store::Sessions;

/// A client's answer to a question.
type Reply = Result<Box<RawValue>, AskError>;

/// One session.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) revision: Revision,
    sender: Mutex<Sender>,
    last_used: Mutex<Instant>,
    /// The number of the next question.
    next: AtomicU64,
    /// Who waits for the answers to questions, by their ids.
    open: Mutex<HashMap<u64, oneshot::Sender<Reply>>>,
    /// The running requests that can be cancelled, by their ids as JSON text.
    running: Mutex<HashMap<String, std::sync::Arc<Notify>>>,
}

impl Session {
    fn new(id: String, revision: Revision, sender: Sender) -> Self {
        Session {
            id,
            revision,
            sender: Mutex::new(sender),
            last_used: Mutex::new(Instant::now()),
            next: AtomicU64::new(1),
            open: Mutex::default(),
            running: Mutex::default(),
        }
    }

    /// What the client said of itself.
    pub(super) fn sender(&self) -> Sender {
        lock(&self.sender).clone()
    }

    /// From now on the client wants to read what is logged at this level, and above.
    pub(super) fn set_log_level(&self, level: super::request::LogLevel) {
        lock(&self.sender).log_level = Some(level);
    }

    /// Asks the client on the stream of the request that needs it (specification 2025-11-25: `basic/transports`, "Sending
    /// Messages to the Server").
    pub(super) async fn ask(&self, question: Question, outbox: &Outbox) -> Result<Box<RawValue>, AskError> {
        let Question { method, params, capability, .. } = question;
        capabilities::check(lock(&self.sender).capabilities.as_deref(), capability)?;
        let (answers, answer) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(id, answers);
        // Whoever asked may be gone before there is an answer.
        let _forget = OnDrop(|| drop(lock(&self.open).remove(&id)));
        outbox.send(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#));
        answer.await.unwrap_or(Err(AskError::Gone))
    }

    /// Takes the client's answer to a question; whatever answers none is left out.
    pub(super) fn answer(&self, id: &RawValue, outcome: Result<&RawValue, &RawValue>) {
        let Ok(id) = id.get().trim_matches('"').parse() else { return };
        let Some(answers) = lock(&self.open).remove(&id) else { return };
        let _ = answers.send(outcome.map(RawValue::to_owned).map_err(|error| {
            let message = RawObject::parse(error.get()).ok().and_then(|error| super::request::text(&error, "message"));
            AskError::Refused(message.unwrap_or_else(|| "it did not say why".to_owned()))
        }));
    }

    /// Runs a request until it is done, or the client cancels it: `None`.
    pub(super) async fn run<T>(&self, id: &RawValue, call: impl Future<Output = T>) -> Option<T> {
        let cancelled = std::sync::Arc::new(Notify::new());
        lock(&self.running).insert(id.get().to_owned(), cancelled.clone());
        let _forget = OnDrop(|| drop(lock(&self.running).remove(id.get())));
        tokio::select! {
            biased;
            done = call => Some(done),
            () = cancelled.notified() => None,
        }
    }

    /// Cancels a running request (specification: `basic/utilities/cancellation`).
    pub(super) fn cancel(&self, id: &RawValue) {
        if let Some(cancelled) = lock(&self.running).get(id.get()) {
            cancelled.notify_one();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
