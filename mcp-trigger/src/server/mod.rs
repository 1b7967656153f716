//! `/mcp`: a complete MCP server of the app's functions, in every revision of MCP.
//!
//! The rooms, in the order of their imports:
//!
//! | room | subject |
//! |---|---|
//! | `stdio` | messages as lines, for a client that has started the program |
//! | `endpoint` | HTTP requests: origins, headers, revisions with a handshake and without, the exchange of a request for its answer |
//! | `methods` | the methods of MCP: each answers at once, or prepares a call of a function |
//! | `bindings` | calls of functions with bindings |
//! | `asking` | the client of a running call, and questions to it |
//! | `session`, `tasks` | state between requests |
//! | `listing` | lists of functions, and functions by their names and addresses |
//! | `limits` | limits of open streams and of memory |
//! | `transport` | responses, and connections that carry events |
//! | `revision` | requests and results in the words of a revision |
//! | `message` | JSON-RPC as text |
//!
//! A running function reaches its client through [`asking::RunningClient`]. It holds parts of the request's body
//! (`mcp::json_text`), and copies nothing. Messages that belong to no request have streams of their own: `endpoint/standalone`
//! in sessions, `endpoint/subscriptions` since 2026-07-28.

mod asking;
mod bindings;
mod endpoint;
mod limits;
mod listing;
mod message;
mod methods;
mod revision;
mod session;
#[cfg(feature = "local")]
mod stdio;
pub mod tasks;
mod transport;

pub(crate) use asking::{BadSecret, Secret};
pub(crate) use bindings::{FunctionBindings, Unserved};
#[cfg(feature = "worker")]
pub(crate) use endpoint::WELL_KNOWN;
pub(crate) use endpoint::{FUNCTION, answers, routed};
#[cfg(feature = "local")]
pub(crate) use stdio::Line;

use crate::function::principal::Trust;
use crate::identity::ServerInfo;
use crate::invoke::Functions;
use endpoint::{Origins, changing};
use host_protocol::function_json::AuthLevel;
use limits::StreamEnd;
use listing::{Catalog, Implementation, Lists};
use mcp_trigger_core::accounts::Accounts;
use mcp_trigger_core::auth::Gate;
use mcp_trigger_core::http::{self, AllowedOrigins, Limits};
use revision::{Results, Revision};
use session::Sessions;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tasks::{TaskStore, TaskSupport, Tasks};

/// The path of the endpoint.
pub(crate) const PATH: &str = "/mcp";

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
    /// The accounts of callers.
    accounts: Arc<Accounts>,
    stream_end: StreamEnd,
    /// `None` if no function becomes a task.
    tasks: Option<Arc<Tasks>>,
    secret: Secret,
    /// The limits of request bodies. Newer Functions hosts pass a body on while it arrives, so a client may pause here too.
    pub(crate) limits: Limits,
    origins: Origins,
    /// The key that the endpoint needs behind a Functions host.
    pub(crate) level: AuthLevel,
    /// The gate that asks for tokens.
    gate: Option<Arc<Gate>>,
    /// Whether to believe headers that say who calls.
    trust: Trust,
}

/// The settings of the server.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) server: Option<ServerInfo>,
    pub(crate) instructions: Option<String>,
    pub(crate) sessions: Option<SessionLimits>,
    /// The accounts of callers.
    pub(crate) accounts: Arc<Accounts>,
    /// How long such a stream may be open. `None`: as long as the client reads it.
    pub(crate) stream_lifetime: Option<Duration>,
    pub(crate) tasks: Arc<dyn TaskStore>,
    pub(crate) secret: Secret,
    pub(crate) body_limit: usize,
    pub(crate) page_size: usize,
    /// The origins whose pages may send requests, besides the server's own origin.
    pub(crate) origins: Vec<String>,
    /// Whether a front end routes to the server by the header `Host`.
    pub(crate) found_by_host: bool,
    pub(crate) level: AuthLevel,
    /// The gate that asks for tokens. `None`: the platform does, or nobody.
    pub(crate) gate: Option<Arc<Gate>>,
}

/// The limits of sessions. Default: 10,000 sessions, an hour each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionLimits {
    pub(crate) count: usize,
    /// How long an unused session is kept.
    pub(crate) lifetime: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        SessionLimits { count: 10_000, lifetime: Duration::from_secs(60 * 60) }
    }
}

impl McpServer {
    /// A server of these functions, without the functions whose `bindings` cannot be run here.
    pub(crate) fn new(functions: Arc<Functions>, bindings: FunctionBindings, settings: Settings) -> Self {
        let Settings {
            server,
            instructions,
            sessions,
            tasks,
            accounts,
            stream_lifetime,
            secret,
            body_limit,
            page_size,
            origins: allowed,
            found_by_host,
            level,
            gate,
        } = settings;
        let info = Implementation::new(server);
        let listed: Vec<_> = functions.registry.functions().filter(|function| bindings.serve(function)).collect();
        let has_tasks = listed.iter().any(|function| function.task_support() != TaskSupport::Never);
        let lists = Lists::new(listed, page_size);
        let sessions = sessions.map(|SessionLimits { lifetime, .. }| Sessions::new(lifetime, changing(&lists)));
        let mut revisions = Revision::ALL;
        revisions.sort_unstable();
        McpServer {
            catalog: Catalog::new(&functions.registry),
            lists,
            results: revisions.map(|revision| Results::new(revision, &info.name_and_version())),
            bindings,
            info,
            instructions,
            sessions,
            tasks: has_tasks.then(|| Arc::new(Tasks::new(tasks))),
            accounts,
            stream_end: StreamEnd::new(stream_lifetime),
            secret,
            limits: Limits { bytes: body_limit, pause: Some(http::RECEIVE_TIMEOUT) },
            origins: Origins { allowed: AllowedOrigins::new(allowed), found_by_host },
            level,
            // What passes the gate says who calls in the words of the gate.
            trust: if gate.is_some() { Trust::Believed } else { functions.trust },
            gate,
            functions,
        }
    }

    /// Ends the streams without a request, and the questions in sessions: no client can answer them any more.
    pub(crate) fn end(&self) {
        self.stream_end.end();
        self.sessions.as_ref().inspect(|sessions| sessions.end_questions());
    }

    /// The functions that are not served, each with the reason.
    pub(crate) fn unserved(&self) -> impl Iterator<Item = (&'static str, &Unserved)> {
        self.bindings.unserved()
    }

    /// The functions that are not served, by reason.
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

    /// Waits until the tasks of this instance have ended, for a limited time.
    pub(crate) async fn ended(&self) {
        if let Some(tasks) = &self.tasks {
            let _ = tokio::time::timeout(http::DRAIN_TIMEOUT, tasks.all_ended()).await;
        }
    }

    /// Whether a resource can be read at an address.
    fn serves_resource(&self, uri: &str) -> bool {
        self.catalog.resource(uri).is_some_and(|found| self.bindings.serve(found.function))
    }

    /// Whether an allowed origin has this name, so that clients may use it in `Host`.
    pub(crate) fn allows_name(&self, authority: &str) -> bool {
        self.origins.allowed.allow_name(authority)
    }

    fn results(&self, revision: Revision) -> &Results {
        &self.results[revision as usize]
    }
}
