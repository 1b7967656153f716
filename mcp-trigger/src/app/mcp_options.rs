//! The options of the server at `/mcp`.

use crate::server::SessionLimits;
use crate::tasks::TaskStore;
use host_protocol::function_json::AuthLevel;
use mcp_trigger_core::accounts::ProcessLimits;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The options of the server at `/mcp`: sessions, tasks, origins, limits. The runtime endpoint has none of them.
///
/// ```no_run
/// use mcp_trigger::{App, ExitCode, McpOptions};
///
/// fn main() -> ExitCode {
///     let options = McpOptions::new().page_size(100).allow_origin("https://inspector.example");
///     App::new().mcp(options).run()
/// }
/// ```
#[derive(Clone)]
pub struct McpOptions {
    pub(super) sessions: Option<SessionLimits>,
    pub(super) body_limit: usize,
    pub(super) limits: ProcessLimits,
    pub(super) tasks: Option<Arc<dyn TaskStore>>,
    pub(super) page_size: usize,
    pub(super) origins: Vec<String>,
    pub(crate) level: AuthLevel,
}

/// The length of a long document, or of a picture in base64.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// Today's clients put all that they list before a model, and few go on to a second page.
const PAGE_SIZE: usize = 500;

impl McpOptions {
    /// The default options.
    pub fn new() -> Self {
        McpOptions {
            sessions: None,
            body_limit: BODY_LIMIT,
            limits: ProcessLimits::default(),
            tasks: None,
            page_size: PAGE_SIZE,
            origins: Vec::new(),
            level: AuthLevel::default(),
        }
    }

    /// Limits the sessions of clients, in the revisions of MCP that have sessions: at most `count`, each forgotten after
    /// `lifetime` without a request. 0 turns sessions off. Default: no sessions behind the Functions host; 10,000 of an hour for a
    /// program that is run by hand.
    ///
    /// With a session, functions can ask such a client ([`Context::elicit`](crate::Context::elicit)), send it log lines, and be
    /// cancelled; the client hears of [changes](crate::App::changes), and finds the answers that it missed when its connection was lost.
    /// A session lives in the memory of one instance, and the Functions host may send the next request to another. Behind the host,
    /// turn sessions on only for an app of one instance, or behind a gateway that keeps a client with its instance. Clients of
    /// 2026-07-28 have all of this without sessions, but for the answers that they missed.
    #[must_use]
    pub fn sessions(mut self, count: usize, lifetime: Duration) -> Self {
        self.sessions = Some(SessionLimits { count, lifetime });
        self
    }

    /// Limits how many clients listen at once, on the streams of sessions and on subscriptions. Default: 8,000. Each stream keeps a
    /// connection open. Further streams are answered with status 503.
    #[must_use]
    pub fn streams(mut self, count: usize) -> Self {
        self.limits.streams = count;
        self
    }

    /// Limits the body of a request, in bytes. Default: 16 MiB. [`App::body_limit`](crate::App::body_limit) is the limit at both
    /// endpoints.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Limits the memory that all requests hold together, in bytes: long bodies, answers that were not read yet, and what sessions
    /// and tasks keep. Default: 128 MiB. One caller holds no more than it leaves to the others, so half of it at most; beyond that
    /// the caller's requests are answered with status 503. A caller is a signed-in user, else a session, else an address.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.limits.memory = bytes;
        self
    }

    /// Sets the store of [tasks](crate::tasks). Default: the memory of the process. An app of several instances needs a store that they
    /// share, such as [`BlobTasks`](crate::tasks::BlobTasks).
    #[must_use]
    pub fn tasks(mut self, store: impl TaskStore + 'static) -> Self {
        self.tasks = Some(Arc::new(store));
        self
    }

    /// Sets how many functions a page of a list holds. Default: 500.
    #[must_use]
    pub fn page_size(mut self, functions: usize) -> Self {
        self.page_size = functions;
        self
    }

    /// Lets the pages of an origin, such as `https://inspector.example`, send requests and read the answers; `*` stands for all
    /// origins. Default: in Azure the pages of the app's own name, and on a developer's machine those of this machine. There,
    /// `Host.CORS` in local.settings.json allows more. Programs other than browsers send no origin.
    ///
    /// A browser sends a preflight request without a key first. So where the Functions host wants a key, the CORS settings of the
    /// function app have to name the origin too.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Opens `/mcp` on Azure Functions to clients without a key of the function app: for App Service authentication, which checks
    /// requests before the app does, and for public tools. `generate` writes this into the app's files. The runtime endpoint has a
    /// setting of its own (`extensions.mcp.system.webhookAuthorizationLevel` in host.json).
    #[must_use]
    pub fn anonymous(self) -> Self {
        self.level(AuthLevel::Anonymous)
    }

    pub(super) fn level(mut self, level: AuthLevel) -> Self {
        self.level = level;
        self
    }
}

impl Default for McpOptions {
    /// [`McpOptions::new`].
    fn default() -> Self {
        McpOptions::new()
    }
}

impl fmt::Debug for McpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let McpOptions { sessions, body_limit, limits, tasks: _, page_size, origins, level } = self;
        let mut options = f.debug_struct("McpOptions");
        options
            .field("sessions", sessions)
            .field("body_limit", body_limit)
            .field("limits", limits)
            .field("page_size", page_size);
        options.field("origins", origins).field("level", level).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;

    #[test]
    fn the_limits_are_documented() {
        let McpOptions { body_limit, limits, .. } = McpOptions::new();
        let mib = |bytes: usize| format!("{} MiB", bytes / 1024 / 1024);
        assert_documented("body at `/mcp`", mib(body_limit));
        assert_documented("memory", mib(limits.memory));
        let ProcessLimits { memory: _, requests, streams, sessions, tasks, connections, threads } = limits;
        for (resource, limit) in [
            ("running requests", requests),
            ("streams", streams),
            ("sessions", sessions),
            ("tasks", tasks),
            ("connections", connections),
        ] {
            assert_documented(resource, format!("{},{:03}", limit / 1000, limit % 1000));
        }
        assert_documented("calls that block at once", threads);
    }
}
