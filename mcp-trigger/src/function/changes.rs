//! Changes of lists and resources while the app runs, and the clients that listen for them.

use host_protocol::uri::NormalUri;
use mcp_trigger_core::lock::lock;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use tokio::sync::Notify;

/// Tells the clients of `/mcp` that a list or a resource has changed, so that they fetch it again. Functions get it from
/// [`Context::changes`](crate::Context::changes), other code from [`App::changes`](crate::App::changes).
///
/// A change is sent to the clients that listen at this process: on the stream of a session
/// ([`McpOptions::sessions`](crate::McpOptions::sessions)), or since MCP 2026-07-28 on a subscription, which needs no session. The
/// methods never wait for a client. A client that reads slowly, or comes back later to its session, gets several changes of the
/// same thing as one.
///
/// ```
/// use mcp_trigger::{Context, mcp_resource, mcp_tool};
///
/// /// A note.
/// #[mcp_resource("notes://{id}")]
/// fn note(id: u32) -> String {
///     // …
/// #   format!("note {id}")
/// }
///
/// /// Writes a note.
/// #[mcp_tool]
/// fn write_note(id: u32, text: String, cx: &Context) {
///     // …
///     cx.changes().resource(&format!("notes://{id}"));
/// }
/// ```
#[derive(Clone, Default)]
pub struct Changes(Arc<Mutex<Vec<Weak<Listener>>>>);

impl Changes {
    /// Tells that the list of tools has changed.
    pub fn tools(&self) {
        self.tell(&Change::Tools);
    }

    /// Tells that the list of prompts has changed.
    pub fn prompts(&self) {
        self.tell(&Change::Prompts);
    }

    /// Tells that the list of resources, or of their templates, has changed.
    pub fn resources(&self) {
        self.tell(&Change::Resources);
    }

    /// Tells that the contents of the resource at `uri` have changed, to the clients that subscribed to this address. Forms of one
    /// address are equal: `NOTES://caf%C3%A9/` is `notes://café` (RFC 3986, section 6.2.2). A client gets the form that it
    /// subscribed to.
    pub fn resource(&self, uri: &str) {
        if !lock(&self.0).is_empty() {
            self.tell(&Change::Resource(Address::new(uri)));
        }
    }

    fn tell(&self, change: &Change) {
        lock(&self.0).retain(|listener| listener.upgrade().map(|listener| listener.tell(change)).is_some());
    }

    /// Adds a listener. It hears of changes until it is dropped.
    pub(crate) fn listen(&self, listener: &Arc<Listener>) {
        let mut listeners = lock(&self.0);
        if listeners.len() == listeners.capacity() {
            listeners.retain(|listener| listener.strong_count() > 0);
        }
        listeners.push(Arc::downgrade(listener));
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Changes")
    }
}

/// Something that can change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Tools,
    Prompts,
    Resources,
    /// The contents of the resource at an address.
    Resource(Address),
}

/// The address of a resource, equal to every other form of the same address.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// As its client wrote it.
    written: Arc<str>,
    /// Its normal form.
    normal: Arc<str>,
}

impl Address {
    pub(crate) fn new(uri: &str) -> Self {
        let written: Arc<str> = uri.into();
        let normal = NormalUri::new(uri).into_text();
        let normal = if normal == uri { Arc::clone(&written) } else { normal.into() };
        Address { written, normal }
    }

    pub(crate) fn as_written(&self) -> &str {
        &self.written
    }

    /// How much memory it takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let is_shared = Arc::ptr_eq(&self.written, &self.normal);
        self.written.len() + if is_shared { 0 } else { self.normal.len() }
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for Address {}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normal.cmp(&other.normal)
    }
}

/// A client that listens for changes. A change that the client has not taken yet is not queued again, so the queue is never longer
/// than the list of wanted changes.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    state: Mutex<State>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct State {
    wanted: BTreeSet<Change>,
    waiting: BTreeSet<Change>,
}

impl Listener {
    pub(crate) fn new(wanted: impl IntoIterator<Item = Change>) -> Self {
        let mut state = State::default();
        state.wanted.extend(wanted);
        Listener { state: Mutex::new(state), arrived: Notify::new() }
    }

    /// Adds a wanted change.
    pub(crate) fn want(&self, change: Change) {
        lock(&self.state).wanted.insert(change);
    }

    pub(crate) fn wants(&self, change: &Change) -> bool {
        lock(&self.state).wanted.contains(change)
    }

    /// Removes a wanted change, and returns it as it was added.
    pub(crate) fn unwant(&self, change: &Change) -> Option<Change> {
        let mut state = lock(&self.state);
        state.waiting.remove(change);
        state.wanted.take(change)
    }

    fn tell(&self, change: &Change) {
        let mut state = lock(&self.state);
        // Its own, which shares its address and says it as its client does.
        let Some(change) = state.wanted.get(change).cloned() else { return };
        if state.waiting.insert(change) {
            drop(state);
            self.arrived.notify_one();
        }
    }

    /// Waits for the next change.
    pub(crate) async fn next(&self) -> Change {
        loop {
            if let Some(change) = lock(&self.state).waiting.pop_first() {
                return change;
            }
            self.arrived.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(listener: &Listener) -> Vec<Change> {
        std::iter::from_fn(|| lock(&listener.state).waiting.pop_first()).collect()
    }

    #[test]
    fn listeners_hear_once_of_what_they_want_to_hear_of() {
        let changes = Changes::default();
        let listener = Arc::new(Listener::new([Change::Tools, Change::Resource(Address::new("a://1"))]));
        changes.tools();
        changes.listen(&listener);
        assert_eq!(heard(&listener), [], "before it listened");
        for _ in 0..3 {
            changes.tools();
            changes.prompts();
            changes.resource("a://1");
            changes.resource("a://2");
        }
        assert_eq!(heard(&listener), [Change::Tools, Change::Resource(Address::new("a://1"))]);
        listener.unwant(&Change::Tools);
        changes.tools();
        assert_eq!(heard(&listener), []);
        listener.want(Change::Tools);
        changes.tools();
        assert_eq!(heard(&listener), [Change::Tools]);
    }

    #[test]
    fn an_address_is_the_same_in_every_form() {
        let changes = Changes::default();
        let wanted = Change::Resource(Address::new("NOTES://Café/1"));
        let listener = Arc::new(Listener::new([wanted.clone()]));
        changes.listen(&listener);
        for same in ["notes://café/1", "notes://caf%c3%a9/./%31", "notes://CAF%C3%A9/1"] {
            changes.resource(same);
        }
        changes.resource("notes://café/1/");
        let heard = heard(&listener);
        assert_eq!(heard, [wanted]);
        let [Change::Resource(address)] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!(address.as_written(), "NOTES://Café/1");
        assert!(listener.unwant(&Change::Resource(Address::new("notes://caf%C3%A9/1"))).is_some());
        assert!(!listener.wants(&heard[0]));
    }

    #[test]
    fn an_address_that_is_normal_is_kept_once() {
        assert_eq!(Address::new("a://1").size(), 5);
        assert_eq!(Address::new("A://1").size(), 10);
    }

    #[test]
    fn listeners_that_are_gone_leave_nothing() {
        let changes = Changes::default();
        for _ in 0..1000 {
            changes.listen(&Arc::new(Listener::new([Change::Tools])));
        }
        assert!(lock(&changes.0).len() < 10);
        changes.tools();
        assert!(lock(&changes.0).is_empty());
    }

    #[tokio::test]
    async fn whoever_waits_is_woken() {
        let changes = Changes::default();
        let listener = Arc::new(Listener::new([Change::Prompts]));
        changes.listen(&listener);
        let waiting = tokio::spawn(async move { listener.next().await });
        tokio::task::yield_now().await;
        changes.prompts();
        assert_eq!(waiting.await.unwrap(), Change::Prompts);
    }
}
