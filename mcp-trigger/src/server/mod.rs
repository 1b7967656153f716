//! `/mcp`: a complete MCP server of the app's functions, in every revision of MCP.
//!
//! A request goes one way: `endpoint` reads it, `legacy` or `modern` finds out which revision it is in and what its sender said of
//! itself, `methods` answers it or runs a function for it, `exchange` sends the answer. While a function runs, it reaches its
//! client through `peer`, which keeps what the client sent: parts of the body (`mcp::json_text`), no copies.
//!
//! What belongs to no request goes out on streams of their own: `standalone` for the clients of sessions, `subscriptions` for
//! others. A `session` keeps what its client may have missed.

mod asking;
mod bindings;
mod endpoint;
mod limits;
mod listing;
mod message;
mod methods;
mod revision;
mod session;
pub mod tasks;
mod transport;

pub(crate) use asking::Secret;
pub(crate) use bindings::{FunctionBindings, Unserved};
pub(crate) use endpoint::{FUNCTION, PATH, answers, well_known};

use crate::identity::ServerInfo;
use crate::invoke::Functions;
use endpoint::{Origins, changing};
use host_protocol::function_json::AuthLevel;
use limits::{BodyMemory, ReplayMemory, StreamLimit};
use listing::{Catalog, Implementation, Lists};
use mcp_trigger_core::http::{self, AllowedOrigins, Limits};
use revision::{Results, Revision};
use session::Sessions;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tasks::{TaskStore, TaskSupport, Tasks};

/// The MCP server of an app.
pub(crate) struct McpServer {
    functions: Arc<Functions>,
    bindings: FunctionBindings,
    catalog: Catalog,
    lists: Lists,
    /// How each revision writes results.
    results: [Results; Revision::ALL.len()],
    info: Implementation,
    instructions: Option<String>,
    sessions: Option<Sessions>,
    stream_limit: StreamLimit,
    /// What is kept for clients all in all.
    replay_memory: Arc<ReplayMemory>,
    /// `None` if no function becomes a task.
    tasks: Option<Arc<Tasks>>,
    secret: Secret,
    /// Of the bodies of requests. Newer Functions hosts hand them on as they come, so that a client may pause there too.
    pub(crate) limits: Limits,
    room: BodyMemory,
    origins: Origins,
    /// What opens it where a host stands before it.
    pub(crate) level: AuthLevel,
}

/// What the server is and may do.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) server: Option<ServerInfo>,
    pub(crate) instructions: Option<String>,
    pub(crate) sessions: Option<SessionLimits>,
    /// How many streams may be open at once that no request ends.
    pub(crate) streams: usize,
    /// How long each may be.
    pub(crate) stream_lifetime: Option<Duration>,
    pub(crate) tasks: Arc<dyn TaskStore>,
    pub(crate) secret: Secret,
    pub(crate) body_limit: usize,
    pub(crate) page_size: usize,
    /// The origins of pages that may send requests, besides the server's own.
    pub(crate) origins: Vec<String>,
    /// Whether something before the server finds it by the header `Host`.
    pub(crate) found_by_host: bool,
    pub(crate) level: AuthLevel,
}

/// How many streams may be open at once if the app says nothing: one for each session.
pub(crate) const STREAMS: usize = 10_000;
/// What is kept for all clients together, in bytes: events that they missed, and addresses that they subscribed to.
const KEPT: usize = 64 * 1024 * 1024;
/// What all long bodies may take together, in KiB.
const BODIES: u32 = 512 * 1024;

/// How many sessions there may be, and for how long. The default is that of a program that is run by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionLimits {
    pub(crate) count: usize,
    /// How long a session lasts that nobody uses.
    pub(crate) lifetime: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        SessionLimits { count: 10_000, lifetime: Duration::from_secs(60 * 60) }
    }
}

impl McpServer {
    /// The server of these functions. Those whose `bindings` cannot be run are not served.
    pub(crate) fn new(functions: Arc<Functions>, bindings: FunctionBindings, settings: Settings) -> Self {
        let Settings {
            server,
            instructions,
            sessions,
            tasks,
            streams,
            stream_lifetime,
            secret,
            body_limit,
            page_size,
            origins: allowed,
            found_by_host,
            level,
        } = settings;
        let info = Implementation::new(server);
        let listed: Vec<_> = functions.registry.functions().filter(|function| bindings.serve(function)).collect();
        let has_tasks = listed.iter().any(|function| function.task_support() != TaskSupport::Never);
        let replay_memory = ReplayMemory::new(KEPT);
        let lists = Lists::new(listed, page_size);
        let sessions = sessions.map(|SessionLimits { count, lifetime }| {
            Sessions::new(count, lifetime, changing(&lists), Arc::clone(&replay_memory))
        });
        let mut revisions = Revision::ALL;
        revisions.sort_unstable();
        McpServer {
            catalog: Catalog::new(&functions.registry),
            lists,
            results: revisions.map(|revision| Results::new(revision, &info.name_and_version())),
            functions,
            bindings,
            info,
            instructions,
            sessions,
            tasks: has_tasks.then(|| Arc::new(Tasks::new(tasks))),
            stream_limit: StreamLimit::new(streams, stream_lifetime),
            replay_memory,
            secret,
            limits: Limits { bytes: body_limit, pause: Some(http::RECEIVE_TIMEOUT) },
            room: BodyMemory::new(BODIES, http::RECEIVE_TIMEOUT),
            origins: Origins { allowed: AllowedOrigins::new(allowed), found_by_host },
            level,
        }
    }

    /// Ends what would go on for ever: the streams that no request ends, and the questions that no client can answer any more.
    pub(crate) fn end(&self) {
        self.stream_limit.end();
        self.sessions.as_ref().inspect(|sessions| sessions.end_questions());
    }

    /// The functions that are not served, and why.
    pub(crate) fn unserved(&self) -> impl Iterator<Item = (&'static str, &Unserved)> {
        self.bindings.unserved()
    }

    /// The same, those with the same reason together.
    pub(crate) fn unserved_by_reason(&self) -> BTreeMap<&Unserved, Vec<&'static str>> {
        let mut reasons = BTreeMap::<_, Vec<_>>::new();
        for (function, why) in self.unserved() {
            reasons.entry(why).or_default().push(function);
        }
        reasons
    }

    /// Whether the store of tasks is the memory of this process, which other instances cannot read.
    pub(crate) fn keeps_tasks_to_itself(&self) -> bool {
        self.tasks.as_ref().is_some_and(|tasks| !tasks.are_shared())
    }

    /// Waits until the tasks have ended that run here, once the process is to end.
    pub(crate) async fn ended(&self) {
        if let Some(tasks) = &self.tasks {
            let _ = tokio::time::timeout(http::DRAIN_TIMEOUT, tasks.all_ended()).await;
        }
    }

    /// Whether there is a resource at an address that can be read.
    fn serves_resource(&self, uri: &str) -> bool {
        self.catalog.resource(uri).is_some_and(|found| self.bindings.serve(found.function))
    }

    /// Whether the server may be called by a name, for an allowed origin has it.
    pub(crate) fn allows_name(&self, authority: &str) -> bool {
        self.origins.allowed.allow_name(authority)
    }

    fn results(&self, revision: Revision) -> &Results {
        &self.results[revision as usize]
    }
}
