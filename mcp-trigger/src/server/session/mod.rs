//! Sessions of the revisions with a handshake: the details of the client, its open streams, its unanswered questions, and its
//! running calls, which it may cancel.

use crate::function::changes::{Address, Change, Changes, Listener};
use crate::function::client::{AskError, Question};
use crate::server::message::{Error, json_rpc};
use crate::server::revision::request::Sender;
use crate::server::revision::{Identity, Revision, capabilities};
use crate::server::transport::Outbox;
use crate::sync::{Mutex, lock};
use host_protocol::json::RawObject;
use mcp_trigger_core::accounts::{Account, Charge, Full, Resource};
use mcp_trigger_core::ids;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::{Notify, SetOnce, oneshot};

mod replay;
mod store;
mod streams;

pub(in crate::server) use store::Sessions;
pub(in crate::server) use streams::{Resumed, STANDALONE};

use streams::Streams;

/// A client's answer to a question.
type ClientAnswer = Result<Box<RawValue>, AskError>;

/// One session.
pub(in crate::server) struct Session {
    pub(in crate::server) id: String,
    pub(in crate::server) revision: Revision,
    /// The account of the session, which belongs to the account of its owner.
    pub(in crate::server) account: Arc<Account>,
    /// The charges of the session, and of what it keeps as long as it lives.
    _charges: [Charge; 2],
    sender: Mutex<Sender>,
    /// The signed-in caller that the session belongs to.
    identity: Option<Identity>,
    last_used: Mutex<Instant>,
    /// Whether the client has used the session since the handshake.
    was_used: AtomicBool,
    pub(in crate::server) streams: Streams,
    /// Changes that are sent on the standalone stream.
    pub(in crate::server) changes: Arc<Listener>,
    /// Whether the session listens to changes.
    listens: AtomicBool,
    subscribed: Mutex<Subscribed>,
    /// Set when questions cannot be answered any more.
    ended: SetOnce<()>,
    /// The number of the next question.
    next: AtomicU64,
    /// The open questions by their ids, each with the receiver of its answer.
    open: Mutex<HashMap<u64, oneshot::Sender<ClientAnswer>>>,
    /// The running requests that can be cancelled, by their ids as JSON text.
    running: Mutex<HashMap<String, Arc<Notify>>>,
}

/// The addresses that a session subscribed to.
struct Subscribed {
    count: usize,
    held: Charge,
}

/// How many addresses a client may subscribe to, in a session or with one subscription.
pub(in crate::server) const SUBSCRIPTIONS: usize = 1000;
/// The memory of a subscription besides its address, in bytes.
const SUBSCRIPTION: usize = 64;
/// The memory of a session besides what its client said of itself, in bytes.
const SESSION: usize = 2 * 1024;

/// How much memory a subscription to a change takes, in bytes.
pub(in crate::server) fn subscription_size(change: &Change) -> usize {
    match change {
        Change::Resource(address) => address.size() + SUBSCRIPTION,
        Change::Tools | Change::Prompts | Change::Resources => 0,
    }
}

impl Session {
    /// A session of an owner.
    ///
    /// # Errors
    ///
    /// If there is not enough memory for the owner.
    fn new(
        revision: Revision,
        sender: Sender,
        identity: Option<Identity>,
        lists: &[Change],
        owner: &Arc<Account>,
        place: Charge,
    ) -> Result<Self, Full> {
        let account = owner.session();
        let said = [&sender.info, &sender.capabilities];
        let said: usize = said.into_iter().flatten().map(|json| json.get().len()).sum();
        Ok(Session {
            id: ids::guid(),
            _charges: [place, account.take(Resource::Memory, SESSION + said)?],
            revision,
            sender: Mutex::new(sender),
            identity,
            streams: Streams::new(revision, &account),
            changes: Arc::new(Listener::new(lists.iter().cloned())),
            listens: AtomicBool::new(false),
            subscribed: Mutex::new(Subscribed { count: 0, held: Charge::none(&account, Resource::Memory) }),
            ended: SetOnce::new(),
            last_used: Mutex::new(Instant::now()),
            was_used: AtomicBool::new(false),
            next: AtomicU64::new(1),
            open: Mutex::default(),
            running: Mutex::default(),
            account,
        })
    }

    /// Marks the session as used now.
    pub(in crate::server) fn touch(&self) {
        *lock(&self.last_used) = Instant::now();
    }

    /// Notes that the client has sent a request after the handshake, or listens.
    pub(in crate::server) fn set_used(&self) {
        self.was_used.store(true, Ordering::Relaxed);
    }

    /// The client, as it introduced itself.
    pub(in crate::server) fn sender(&self) -> Sender {
        lock(&self.sender).clone()
    }

    /// Sets the lowest level of log lines that the client wants.
    pub(in crate::server) fn set_log_level(&self, level: mcp_trigger_core::mcp::log_level::LogLevel) {
        lock(&self.sender).log_level = Some(level);
    }

    /// Asks the client on the stream of the request that needs it (specification 2025-11-25: `basic/transports`, "Sending
    /// Messages to the Server").
    pub(in crate::server) async fn ask(&self, question: Question, outbox: &Outbox) -> Result<Box<RawValue>, AskError> {
        let Question { method, params, capability, .. } = question;
        capabilities::check(lock(&self.sender).capabilities.as_ref(), capability)?;
        let (answers, answer) = oneshot::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        lock(&self.open).insert(id, answers);
        // Whoever asked may be gone before there is an answer; then the client need not bother its user any longer.
        let _forget = OnDrop(|| {
            if lock(&self.open).remove(&id).is_some() {
                let params = format!(r#"{{"requestId":{id},"reason":"the answer is not needed any more"}}"#);
                outbox.notify(json_rpc::notification("notifications/cancelled", &params));
            }
        });
        outbox.send(format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#));
        tokio::select! {
            biased;
            answer = answer => answer.unwrap_or(Err(AskError::disconnected())),
            _ = self.ended.wait() => Err(AskError::disconnected()),
        }
    }

    /// Passes the client's answer to its question. An answer to no open question is ignored.
    pub(in crate::server) fn answer(&self, id: &RawValue, outcome: Result<&RawValue, &RawValue>) {
        let Ok(id) = id.get().trim_matches('"').parse() else { return };
        let Some(answers) = lock(&self.open).remove(&id) else { return };
        let _ = answers.send(outcome.map(RawValue::to_owned).map_err(|error| {
            let message = RawObject::parse(error.get())
                .ok()
                .and_then(|error| crate::server::revision::request::text(&error, "message"));
            AskError::refused(message.map_or_else(|| "it did not say why".to_owned(), Cow::into_owned))
        }));
    }

    /// Runs a call to its end; `None` if the client cancels it.
    pub(in crate::server) async fn run<T>(&self, id: &str, call: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        let cancelled = Arc::new(Notify::new());
        lock(&self.running).insert(id.to_owned(), cancelled.clone());
        let _forget = OnDrop(|| {
            lock(&self.running).remove(id);
            self.touch();
        });
        tokio::select! {
            biased;
            done = call => Some(done),
            () = cancelled.notified() => None,
        }
    }

    /// Starts to listen to changes. They are kept while the client is away.
    pub(in crate::server) fn listen(&self, changes: &Changes) {
        if !self.listens.swap(true, Ordering::Relaxed) {
            changes.listen(&self.changes);
        }
    }

    /// Subscribes to the resource at an address.
    ///
    /// # Errors
    ///
    /// If the session, or all clients together, have too many subscriptions.
    pub(in crate::server) fn subscribe(&self, uri: &str) -> Result<(), Error> {
        let change = Change::Resource(Address::new(uri));
        let mut subscribed = lock(&self.subscribed);
        if self.changes.wants(&change) {
            return Ok(());
        }
        let full = subscribed.count == SUBSCRIPTIONS || subscribed.held.grow(subscription_size(&change)).is_err();
        if full {
            return Err(Error::overloaded("There are too many subscriptions: unsubscribe from some"));
        }
        subscribed.count += 1;
        self.changes.want(change);
        Ok(())
    }

    /// Unsubscribes from the resource at an address.
    pub(in crate::server) fn unsubscribe(&self, uri: &str) {
        let mut subscribed = lock(&self.subscribed);
        if let Some(change) = self.changes.unwant(&Change::Resource(Address::new(uri))) {
            subscribed.count -= 1;
            subscribed.held.shrink(subscription_size(&change));
        }
    }

    /// Ends all open questions without an answer.
    fn end_questions(&self) {
        let _ = self.ended.set(());
    }

    /// Ends the session, with all its streams.
    fn end(&self) {
        self.end_questions();
        self.streams.end();
    }

    /// Cancels a running request (specification: `basic/utilities/cancellation`).
    pub(in crate::server) fn cancel(&self, id: &RawValue) {
        if let Some(cancelled) = lock(&self.running).get(id.get()) {
            cancelled.notify_one();
        }
    }
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
