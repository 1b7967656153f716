//! A client with a stream, and its calls without an answer.

use super::stream::Outgoing;
use crate::endpoint::methods::InitializeParams;
use host_protocol::invocation::{Caller, ClientInfo, Headers, Transport};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::http::Refusal;
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::mcp::jsonrpc::{Notification, Request, Response};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// The most calls of one client whose answers it has not read. They wait in memory.
const CALLS: usize = 128;

/// A client with a stream.
pub(super) struct SseSession {
    account: Arc<Account>,
    /// The input of the stream.
    outbox: mpsc::Sender<Outgoing>,
    /// The headers of the request that opened the stream. Functions see these, not those of the message.
    headers: Headers,
    /// From `initialize`.
    client_info: Mutex<Option<ClientInfo>>,
    /// The calls under way, by their ids: whether each is cancelled.
    calls: Mutex<HashMap<String, Arc<AtomicBool>>>,
    free: Arc<Semaphore>,
}

/// A call without an answer yet.
pub(super) struct PendingCall {
    session: Arc<SseSession>,
    id: String,
    cancelled: Arc<AtomicBool>,
    _permit: OwnedSemaphorePermit,
}

/// The client has this many calls without an answer.
pub(super) struct TooManyCalls(pub(super) usize);

impl SseSession {
    /// A session, and the input of its stream.
    pub(super) fn new(headers: Headers, account: Arc<Account>) -> (Arc<Self>, mpsc::Receiver<Outgoing>) {
        let (outbox, receiver) = mpsc::channel(1);
        let (client_info, calls) = (Mutex::default(), Mutex::default());
        (
            Arc::new(SseSession {
                account,
                outbox,
                headers,
                client_info,
                calls,
                free: Arc::new(Semaphore::new(CALLS)),
            }),
            receiver,
        )
    }

    pub(super) fn account(&self) -> Arc<Account> {
        Arc::clone(&self.account)
    }

    /// Takes a call.
    pub(super) fn begin(self: &Arc<Self>, request: &Request<'_>) -> Result<PendingCall, TooManyCalls> {
        self.heard();
        let permit = Arc::clone(&self.free).try_acquire_owned().map_err(|_| TooManyCalls(CALLS))?;
        if request.method == "initialize"
            && let Some(InitializeParams { client, .. }) = InitializeParams::read(&request.params)
        {
            *lock(&self.client_info) = Some(client);
        }
        let (id, cancelled) = (text(request.id), Arc::<AtomicBool>::default());
        lock(&self.calls).insert(id.clone(), Arc::clone(&cancelled));
        Ok(PendingCall { session: Arc::clone(self), id, cancelled, _permit: permit })
    }

    /// Takes a notification. A cancelled call runs to its end, but is not answered.
    pub(super) fn notified(&self, notification: &Notification<'_>) {
        self.heard();
        if notification.method != "notifications/cancelled" {
            return;
        }
        let params = notification.params.named().ok().flatten();
        let call = params.and_then(|params| lock(&self.calls).get(&text(params.get_some("requestId")?)).cloned());
        if let Some(cancelled) = call {
            cancelled.store(true, Ordering::Relaxed);
        }
    }

    /// Takes a response, which can only be that to a ping.
    pub(super) async fn answered(&self, response: &Response<'_>) {
        let pong = Outgoing::Pong { id: response.id.get().parse().ok(), is_error: response.outcome.is_err() };
        // If the stream has ended, nobody wants to know.
        let _ = self.outbox.send(pong).await;
    }

    /// Tells the stream that the client has sent something. A full queue tells the stream as well.
    fn heard(&self) {
        let _ = self.outbox.try_send(Outgoing::Nothing);
    }
}

impl PendingCall {
    /// The client as functions see it, without a session (recordings/legacy-sse.md).
    pub(super) fn caller(&self) -> Caller {
        let SseSession { headers, client_info, .. } = &*self.session;
        let transport = Transport::new("http-sse", None, headers.clone());
        Caller::new(None, lock(client_info).clone(), transport)
    }

    /// Sends the answer once the client has read those before.
    pub(super) async fn answer(self, event: String) {
        let event = match self.session.account.hold_long(event.into()) {
            Ok(event) => event,
            Err(full) => {
                Refusal::Limit.log(format_args!("an answer on an SSE stream is dropped: {full}"));
                return;
            }
        };
        if !self.cancelled.load(Ordering::Relaxed) {
            // If the stream has ended, nobody waits for it.
            let _ = self.session.outbox.send(Outgoing::Event(event)).await;
        }
    }
}

impl Drop for PendingCall {
    fn drop(&mut self) {
        let mut calls = lock(&self.session.calls);
        // Another call may have the same id by now.
        if calls.get(&self.id).is_some_and(|cancelled| Arc::ptr_eq(cancelled, &self.cancelled)) {
            calls.remove(&self.id);
        }
    }
}

/// An id in one spelling.
fn text(id: &RawValue) -> String {
    serde_json::from_str::<serde_json::Value>(id.get()).unwrap_or_default().to_string()
}
