//! Tasks: calls that run on while their client does something else (the extension `io.modelcontextprotocol/tasks` of MCP
//! 2026-07-28, SEP-2663).
//!
//! ```
//! use mcp_trigger::{Context, Elicited, ToolError, mcp_tool, schemars};
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Confirmation {
//!     delete: bool,
//! }
//!
//! /// Deletes what is old.
//! #[mcp_tool(task, timeout = "30m")]
//! async fn clean_up(cx: &Context) -> Result<String, ToolError> {
//!     let old = 42; // takes a while
//!     match cx.elicit::<Confirmation>(format!("Delete {old} files?")).await? {
//!         Elicited::Accepted(Confirmation { delete: true }) => Ok(format!("deleted {old} files")),
//!         _ => Ok("kept all files".to_owned()),
//!     }
//! }
//! ```
//!
//! A client that declares the extension gets a task at once, asks now and then how far it is, and answers what the function asks
//! in between, without the function running again. Other clients, and those of the Functions host, wait for the result as ever.
//!
//! | attribute | with a client that has tasks | with others |
//! |---|---|---|
//! | `task` | the whole call is a task | the call runs as any other |
//! | `task = "required"` | the whole call is a task | they are told that they need tasks |
//! | `task = "later"` | what comes after [`begin_task`](crate::Context::begin_task) is a task | `begin_task` tells the function that there is none |
//!
//! [`Context::begin_task`](crate::Context::begin_task) is for functions that ask before there is anything to wait for. Questions
//! before it belong to the call: the client answers by calling again. Questions after it park the task until they are answered.
//!
//! The time limit of a function counts for its task, also while it waits for answers: `timeout` may well be longer than for a
//! call. How it ended can be read for an hour after that limit. A task that is cancelled ends at the function's next `.await`.
//! Its log lines go to the console, and its progress to nobody. It belongs to whoever created it, if somebody had
//! [signed in](crate::Principal): to others it does not exist.
//!
//! An app of several instances needs a [`TaskStore`] that they share, for any of them may be asked: see [`McpOptions::tasks`](crate::McpOptions::tasks).
//! The function itself runs to its end in the instance that was called; if that ends before, the task has failed. The platform
//! does not see that work goes on after a call, so on plans that scale to nothing keep tasks shorter than it waits to do so.

mod blob;
mod memory;
mod questions;
mod record;
mod run;
mod store;
#[cfg(test)]
mod tests;

pub use crate::function::TaskSupport;
pub use blob::BlobTasks;
pub use memory::MemoryTasks;
pub use store::{TaskStore, TaskStoreError};

use crate::function::Function;
use crate::function::client::AskError;
use crate::function::principal::{Principal, Trust};
use crate::server::message::Error;
use crate::server::revision::{Request, capabilities};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use host_protocol::json::RawObject;
use hyper::HeaderMap;
use mcp_trigger_core::ids::guid as invocation_id;
use mcp_trigger_core::mcp::caller::caller;
use mcp_trigger_core::mcp::json_text::JsonText;
use questions::Questions;
use record::Record;
use run::Run;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The name of the extension.
pub(in crate::server) const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// Whether a call can become a task.
///
/// # Errors
///
/// Why it cannot.
pub(in crate::server) fn possible(function: &Function, request: &Request<'_>) -> Result<(), AskError> {
    if function.task_support() == TaskSupport::Never {
        return Err(AskError::cannot_ask("the function is not declared with `task`, so its calls cannot become tasks"));
    }
    if !request.revision.is_stateless() {
        return Err(AskError::cannot_ask("tasks need a client of MCP 2026-07-28 or later"));
    }
    capabilities::check(request.sender.capabilities.as_ref(), ("extensions", Some(EXTENSION)))
}

/// How many tasks an instance holds, running or not yet forgotten.
const LIMIT: usize = 10_000;

/// All tasks of the app.
pub(in crate::server) struct Tasks {
    store: Arc<dyn TaskStore>,
    pace: Pace,
    /// The tasks that this instance runs or has run, by their ids.
    here: Mutex<HashMap<String, Arc<Task>>>,
    /// Told when one of them has ended.
    ended: Notify,
}

/// What is known of a task where it runs.
pub(in crate::server) struct Task {
    id: String,
    pub(in crate::server) questions: Questions,
    /// Told when something came in for it.
    news: Notify,
    has_ended: AtomicBool,
}

/// What an instance does for others that share the store.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// How often it looks for what came in elsewhere.
    look: Duration,
    /// How often it says that it is still there.
    renew: Duration,
    /// How long the others believe it.
    lease: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { look: Duration::from_secs(2), renew: Duration::from_secs(20), lease: Duration::from_secs(60) }
    }
}

impl Tasks {
    pub(in crate::server) fn new(store: Arc<dyn TaskStore>) -> Self {
        Tasks { store, pace: Pace::default(), here: Mutex::default(), ended: Notify::new() }
    }

    /// Whether several instances see them.
    pub(in crate::server) fn are_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Creates a task, which can be read from then on, and has still to be run.
    pub(in crate::server) async fn create(
        self: &Arc<Self>,
        owner: Option<String>,
        lifetime: Duration,
        capabilities: Option<&JsonText>,
    ) -> Result<Run, Error> {
        let id = invocation_id();
        let task = Arc::new(Task {
            id: id.clone(),
            // The task may well outlive the request.
            questions: Questions::new(capabilities.map(|json| JsonText::copy(json.get()))),
            news: Notify::new(),
            has_ended: AtomicBool::new(false),
        });
        let run = Run::new(Arc::clone(self), task, Record::new(id, owner, lifetime));
        {
            let mut here = self.here();
            if here.len() >= LIMIT {
                return Err(Error::internal("too many tasks are running or not yet forgotten here; call again later"));
            }
            here.insert(run.task().id.clone(), Arc::clone(run.task()));
        }
        run.save().await.map_err(|error| unavailable(&error))?;
        Ok(run)
    }

    /// A task, for whoever may see it.
    ///
    /// # Errors
    ///
    /// That there is none, which is also said to whom it does not belong.
    pub(in crate::server) async fn get(&self, id: &str, owner: Option<&str>) -> Result<Record, Error> {
        let (record, answered) = self.read(id, owner).await?;
        Ok(record.without(&answered))
    }

    /// Takes answers to open questions. Whatever answers none is left out.
    ///
    /// # Errors
    ///
    /// If there is no such task, or something is not an answer to its question: then nothing is taken.
    pub(in crate::server) async fn update(
        &self,
        id: &str,
        owner: Option<&str>,
        answers: &RawObject<'_>,
    ) -> Result<(), Error> {
        let (record, answered) = self.read(id, owner).await?;
        if let Some(task) = self.here().get(id) {
            for (key, answer) in answers.iter() {
                let wrong = |why| Error::invalid_params(format!("`inputResponses`: the answer to `{key}` {why}"));
                task.questions.check(key, answer).map_err(wrong)?;
            }
        }
        for key in record.open().filter(|key| !answered.iter().any(|answered| answered == key)) {
            if let Some(answer) = answers.get(key) {
                let entry = Bytes::copy_from_slice(answer.get().as_bytes());
                let written = self.store.write(&answer_key(id, key), entry, record.remaining()).await;
                written.map_err(|error| unavailable(&error))?;
            }
        }
        self.tell(id);
        Ok(())
    }

    /// Asks the function to end; nothing happens if it has ended.
    pub(in crate::server) async fn cancel(&self, id: &str, owner: Option<&str>) -> Result<(), Error> {
        let (record, _) = self.read(id, owner).await?;
        if !record.state().is_end() {
            let written = self.store.write(&cancelled_key(id), Bytes::new(), record.remaining()).await;
            written.map_err(|error| unavailable(&error))?;
            self.tell(id);
        }
        Ok(())
    }

    /// A task, and the keys of those open questions that have been answered since it was stored.
    async fn read(&self, id: &str, owner: Option<&str>) -> Result<(Record, Vec<String>), Error> {
        let unknown = || Error::invalid_params(format!("Unknown task: {id}"));
        // A client could send the path of anything for an id.
        if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(unknown());
        }
        let state = async || self.store.read(&state_key(id)).await.map_err(|error| unavailable(&error));
        let mut entry = state().await?.ok_or_else(unknown)?;
        loop {
            let record: Record = serde_json::from_slice(&entry).map_err(|error| unavailable(&error))?;
            let record = record.seen_now().ok_or_else(unknown)?;
            if record.owner.is_some() && record.owner.as_deref() != owner {
                return Err(unknown());
            }
            let mut answered = Vec::new();
            for key in record.open() {
                let answer = self.store.read(&answer_key(id, key)).await.map_err(|error| unavailable(&error))?;
                answered.extend(answer.map(|_| key.to_owned()));
            }
            if record.open().next().is_none() {
                return Ok((record, answered));
            }
            // The task takes answers away once its state tells that it has them: of the state before that, one would seem open.
            let now = state().await?.ok_or_else(unknown)?;
            if now == entry {
                return Ok((record, answered));
            }
            entry = now;
        }
    }

    /// Tells a task that something came in for it. Elsewhere it will look for itself.
    fn tell(&self, id: &str) {
        if let Some(task) = self.here().get(id) {
            task.news.notify_one();
        }
    }

    /// Waits until no task runs here any more.
    pub(in crate::server) async fn all_ended(&self) {
        loop {
            let ended = self.ended.notified();
            if self.here().values().all(|task| task.has_ended.load(Ordering::Relaxed)) {
                return;
            }
            ended.await;
        }
    }

    fn here(&self) -> MutexGuard<'_, HashMap<String, Arc<Task>>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state_key(id: &str) -> String {
    format!("{id}/state")
}

fn cancelled_key(id: &str) -> String {
    format!("{id}/cancelled")
}

/// Functions name their questions as they like; stores are not to be bothered with that.
fn answer_key(id: &str, key: &str) -> String {
    format!("{id}/answers/{}", BASE64_URL_SAFE_NO_PAD.encode(key))
}

/// Why a store failed is for the log.
fn unavailable(error: &dyn std::error::Error) -> Error {
    tracing::error!("the store of tasks: {error}");
    Error::internal("The tasks cannot be reached at the moment.")
}

/// Who sends a request, if that is known for certain. Two identity providers may give two callers the same id.
pub(in crate::server) fn owner(headers: &HeaderMap, trust: Trust) -> Option<String> {
    let principal = Principal::from_headers(&caller(headers, None).transport.headers, trust)?;
    Some(format!("{}\n{}", principal.identity_provider().unwrap_or_default(), principal.id()))
}
