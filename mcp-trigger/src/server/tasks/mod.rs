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
//! call. How it ended can be read for an hour after that limit, unless the client has so many tasks that the ended ones make room. A task that is cancelled ends at the function's next `.await`.
//! Its log lines go to the console, and its progress to nobody. It belongs to whoever created it, if somebody had
//! [signed in](crate::Principal): to others it does not exist.
//!
//! An app of several instances needs a [`TaskStore`] that they share, for any of them may be asked: see [`McpOptions::tasks`](crate::McpOptions::tasks).
//! The function itself runs to its end in the instance that was called; if that ends before, the task has failed. The platform
//! does not see that work goes on after a call, so on plans that scale to nothing keep tasks shorter than it waits to do so.

mod blob;
mod questions;
mod record;
mod run;
mod store;
#[cfg(test)]
mod tests;

pub use crate::function::TaskSupport;
pub use blob::BlobTasks;
pub use store::{MemoryTasks, TaskStore, TaskStoreError};

use crate::function::Function;
use crate::function::client::AskError;
use crate::server::limits::Queue;
use crate::server::message::Error;
use crate::server::revision::{Request, capabilities};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use host_protocol::json::RawObject;
use mcp_trigger_core::accounts::{Account, Charge, Full, Owner, Resource};
use mcp_trigger_core::ids::guid as invocation_id;
use mcp_trigger_core::mcp::json_text::JsonText;
use questions::Questions;
use record::TaskRecord;
use run::TaskRun;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// The name of the extension.
pub(in crate::server) const EXTENSION: &str = "io.modelcontextprotocol/tasks";

/// Whether a call can become a task.
///
/// # Errors
///
/// If the function or the client does not support it.
pub(in crate::server) fn possible(function: &Function, request: &Request<'_>) -> Result<(), AskError> {
    if function.task_support() == TaskSupport::Never {
        return Err(AskError::cannot_ask("the function is not declared with `task`, so its calls cannot become tasks"));
    }
    if !request.revision.is_stateless() {
        return Err(AskError::cannot_ask("tasks need a client of MCP 2026-07-28 or later"));
    }
    capabilities::check(request.sender.capabilities.as_ref(), ("extensions", Some(EXTENSION)))
}

/// The memory of a task besides what its client and its function said, in bytes.
const TASK: usize = 2 * 1024;

/// All tasks of the app.
pub(in crate::server) struct Tasks {
    store: Arc<dyn TaskStore>,
    intervals: Intervals,
    here: Mutex<Here>,
    /// Notified when a task of this instance has ended.
    ended: Notify,
}

/// The tasks of this instance by their ids, until they are removed.
#[derive(Default)]
struct Here {
    running: HashMap<String, Arc<Task>>,
    /// The ended tasks, which make room for others.
    ended: Queue<EndedTask>,
}

/// A task that has ended, and can be read for a while.
struct EndedTask {
    given_up: Arc<Notify>,
    _charges: TaskCharges,
}

/// What a task holds of its owner's account.
struct TaskCharges {
    _task: Charge,
    memory: Charge,
}

/// A task in the instance that runs it.
pub(in crate::server) struct Task {
    id: String,
    owner: Owner,
    pub(in crate::server) questions: Questions,
    /// Notified when an answer or a cancellation came in.
    news: Notify,
    /// Notified when the ended task makes room for another.
    given_up: Arc<Notify>,
}

/// The intervals of an instance that shares the store with others.
#[derive(Clone, Copy, Debug)]
struct Intervals {
    /// How often it looks for answers that came in elsewhere.
    look: Duration,
    /// How often it renews its lease.
    renew: Duration,
    /// How long a lease lasts.
    lease: Duration,
}

impl Default for Intervals {
    fn default() -> Self {
        Intervals { look: Duration::from_secs(2), renew: Duration::from_secs(20), lease: Duration::from_secs(60) }
    }
}

impl Tasks {
    pub(in crate::server) fn new(store: Arc<dyn TaskStore>) -> Self {
        Tasks { store, intervals: Intervals::default(), here: Mutex::default(), ended: Notify::new() }
    }

    /// Whether several instances see the tasks.
    pub(in crate::server) fn are_shared(&self) -> bool {
        self.store.is_shared()
    }

    /// Creates and stores a task, which has still to be run. An ended task of the same caller makes room for it.
    ///
    /// # Errors
    ///
    /// If the caller, or the process, has too many running tasks, or the store fails.
    pub(in crate::server) async fn create(
        self: &Arc<Self>,
        owner: Option<String>,
        lifetime: Duration,
        capabilities: Option<&JsonText>,
        account: &Arc<Account>,
    ) -> Result<TaskRun, Error> {
        let id = invocation_id();
        let charges = self.charges(account, capabilities.map_or(0, |json| json.get().len()))?;
        let task = Arc::new(Task {
            id: id.clone(),
            owner: account.owner().clone(),
            // The task may well outlive the request.
            questions: Questions::new(capabilities.map(|json| JsonText::copy(json.get()))),
            news: Notify::new(),
            given_up: Arc::default(),
        });
        let run = TaskRun::new(Arc::clone(self), task, TaskRecord::new(id, owner, lifetime), charges);
        self.here().running.insert(run.task().id.clone(), Arc::clone(run.task()));
        run.save().await.map_err(|error| unavailable(&error))?;
        Ok(run)
    }

    /// The charges of a new task. Ended tasks of the caller make room for it, then those of others if the process has no room.
    fn charges(&self, account: &Arc<Account>, capabilities: usize) -> Result<TaskCharges, Full> {
        loop {
            let taken = account.take(Resource::Tasks, 1).and_then(|task| {
                Ok(TaskCharges { _task: task, memory: account.take(Resource::Memory, TASK + capabilities)? })
            });
            let Err(full) = taken else { return taken };
            let given_up = self.here().ended.make_room_for(account, full.0, |_| false);
            given_up.ok_or(full)?.given_up.notify_one();
        }
    }

    /// Reads a task.
    ///
    /// # Errors
    ///
    /// If the task does not exist or belongs to another caller.
    pub(in crate::server) async fn get(&self, id: &str, owner: Option<&str>) -> Result<TaskRecord, Error> {
        let (record, answered) = self.read(id, owner).await?;
        Ok(record.without(&answered))
    }

    /// Stores answers to open questions. Other answers are ignored.
    ///
    /// # Errors
    ///
    /// If the task does not exist, or one of the answers is not valid. Then no answer is stored.
    pub(in crate::server) async fn update(
        &self,
        id: &str,
        owner: Option<&str>,
        answers: &RawObject<'_>,
    ) -> Result<(), Error> {
        let (record, answered) = self.read(id, owner).await?;
        if let Some(task) = self.here().running.get(id) {
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

    /// Cancels a task, unless it has ended.
    ///
    /// # Errors
    ///
    /// If the task does not exist or belongs to another caller.
    pub(in crate::server) async fn cancel(&self, id: &str, owner: Option<&str>) -> Result<(), Error> {
        let (record, _) = self.read(id, owner).await?;
        if !record.state().is_end() {
            let written = self.store.write(&cancelled_key(id), Bytes::new(), record.remaining()).await;
            written.map_err(|error| unavailable(&error))?;
            self.tell(id);
        }
        Ok(())
    }

    /// A task, and the keys of its open questions that were answered since the task was stored.
    async fn read(&self, id: &str, owner: Option<&str>) -> Result<(TaskRecord, Vec<String>), Error> {
        let unknown = || Error::invalid_params(format!("Unknown task: {id}"));
        // A client could send the path of anything for an id.
        if id.is_empty() || id.len() > 64 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(unknown());
        }
        let state = async || self.store.read(&state_key(id)).await.map_err(|error| unavailable(&error));
        let mut entry = state().await?.ok_or_else(unknown)?;
        loop {
            let record: TaskRecord = serde_json::from_slice(&entry).map_err(|error| unavailable(&error))?;
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

    /// Notifies a task of this instance. Tasks of other instances look for themselves.
    fn tell(&self, id: &str) {
        if let Some(task) = self.here().running.get(id) {
            task.news.notify_one();
        }
    }

    /// Waits until the tasks of this instance have ended.
    pub(in crate::server) async fn all_ended(&self) {
        loop {
            let ended = self.ended.notified();
            if self.here().running.is_empty() {
                return;
            }
            ended.await;
        }
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn state_key(id: &str) -> String {
    format!("{id}/state")
}

fn cancelled_key(id: &str) -> String {
    format!("{id}/cancelled")
}

/// The key of an answer in the store. Functions choose the keys of questions, so they are encoded.
fn answer_key(id: &str, key: &str) -> String {
    format!("{id}/answers/{}", BASE64_URL_SAFE_NO_PAD.encode(key))
}

/// The error for the client when the store failed. The reason goes to the log.
fn unavailable(error: &dyn std::error::Error) -> Error {
    tracing::error!("the store of tasks: {error}");
    Error::internal("The tasks cannot be reached at the moment.")
}
