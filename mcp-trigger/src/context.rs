//! What a function may know of its call.

use crate::changes::Changes;
use crate::client::Client;
use crate::principal::{Principal, Trust};
use crate::shutdown;
use crate::telemetry::LogSink;
use host_protocol::invocation::{ClientInfo, LazyCaller};
use std::fmt::{self, Display};
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tracing::Level;

/// The call that a function answers: who calls, how, and where to log.
///
/// Take it as a parameter of type `&Context`.
///
/// ```
/// use mcp_trigger::{Context, mcp_tool};
///
/// /// Says where the call came from.
/// #[mcp_tool]
/// fn whence(cx: &Context) -> String {
///     cx.info("asked for the way");
///     format!("{} by {}", cx.invocation_id(), cx.header("User-Agent").unwrap_or("somebody"))
/// }
/// ```
pub struct Context {
    invocation_id: String,
    name: &'static str,
    caller: LazyCaller,
    trust: Trust,
    principal: OnceLock<Option<Principal>>,
    deadline: Option<Instant>,
    logs: LogSink,
    client: Option<Arc<dyn Client>>,
    changes: Changes,
}

impl Context {
    pub(crate) fn new(
        invocation_id: String,
        name: &'static str,
        caller: LazyCaller,
        trust: Trust,
        deadline: Option<Instant>,
    ) -> Self {
        let (principal, logs) = (OnceLock::new(), LogSink::default());
        Context {
            invocation_id,
            name,
            caller,
            trust,
            principal,
            deadline,
            logs,
            client: None,
            changes: Changes::default(),
        }
    }

    /// The same with a caller who is known otherwise than from headers.
    pub(crate) fn signed_in(mut self, principal: Option<Principal>) -> Self {
        if principal.is_some() {
            self.principal = OnceLock::from(principal);
        }
        self
    }

    /// The same with a client that can be reached while the call runs.
    pub(crate) fn with_client(mut self, client: Option<Arc<dyn Client>>) -> Self {
        self.logs = LogSink::new(client.clone());
        self.client = client;
        self
    }

    /// The same with clients that hear of changes.
    pub(crate) fn with_changes(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }

    /// The client, where it can be reached.
    pub(crate) fn client(&self) -> Option<&dyn Client> {
        self.client.as_deref()
    }

    /// Tells the clients of `/mcp` that something has changed.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The host's id of this call; its log lines in Application Insights carry it.
    pub fn invocation_id(&self) -> &str {
        &self.invocation_id
    }

    /// The name of the tool, the resource or the prompt, as registered.
    pub fn name(&self) -> &str {
        self.name
    }

    /// Who calls, if that is known for certain: where App Service authentication is on, which puts it into the headers.
    pub fn principal(&self) -> Option<&Principal> {
        let read = || Principal::from_headers(&self.caller.transport.headers, self.trust);
        self.principal.get_or_init(read).as_ref()
    }

    /// The `Mcp-Session-Id` of the client, if it sent one. Opaque, and the same for all calls of a session.
    pub fn session_id(&self) -> Option<&str> {
        self.caller.session_id.as_deref()
    }

    /// The client's name and version. Through the Functions host only the legacy SSE transport knows them.
    pub fn client_info(&self) -> Option<&ClientInfo> {
        self.caller.client_info.as_ref()
    }

    /// How the call came in: `http-streamable`, `http-sse`, `http` or `unknown`.
    pub fn transport(&self) -> &str {
        &self.caller.transport.name
    }

    /// A header of the client's request, by its name in whatever case. Several values are joined with `,`.
    ///
    /// Whatever a client sends is in there, a made-up `X-MS-CLIENT-PRINCIPAL` too: who calls is told by
    /// [`principal`](Context::principal) only.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.caller.transport.headers.get(name)
    }

    /// All headers of the client's request. Keys, tokens and cookies are among them: do not log them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.caller.transport.headers.iter()
    }

    /// The W3C trace context that the client sent, to continue its trace.
    pub fn traceparent(&self) -> Option<&str> {
        self.header("traceparent")
    }

    /// When the call will be given up, if it has a time limit.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Waits until the call is to end early, because the app is being stopped: it then has five seconds left. A call that runs out
    /// of time is not told; it is dropped at its [`deadline`](Context::deadline). So is one that its client takes back at `/mcp`;
    /// through the Functions host nobody hears of that.
    ///
    /// ```
    /// # async fn step() {}
    /// # use mcp_trigger::{Context, mcp_tool};
    /// /// Works for a while.
    /// #[mcp_tool]
    /// async fn work(cx: &Context) -> &'static str {
    ///     for _ in 0..100 {
    ///         if cx.is_cancelled() {
    ///             return "stopped in between; call again";
    ///         }
    ///         step().await;
    ///     }
    ///     "done"
    /// }
    /// ```
    pub async fn cancelled(&self) {
        shutdown::begun().await;
    }

    /// Whether the call is to end early: see [`cancelled`](Context::cancelled).
    pub fn is_cancelled(&self) -> bool {
        shutdown::has_begun()
    }

    /// Logs a line for this call at debug level.
    pub fn debug(&self, message: impl Display) {
        self.logs.log(Level::DEBUG, message);
    }

    /// Logs a line for this call.
    pub fn info(&self, message: impl Display) {
        self.logs.log(Level::INFO, message);
    }

    /// Logs a warning for this call.
    pub fn warn(&self, message: impl Display) {
        self.logs.log(Level::WARN, message);
    }

    /// Logs an error for this call.
    pub fn error(&self, message: impl Display) {
        self.logs.log(Level::ERROR, message);
    }

    pub(crate) fn logs(&self) -> &LogSink {
        &self.logs
    }
}

/// Header values stay out: among them are the keys and tokens of the caller.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("invocation_id", &self.invocation_id)
            .field("name", &self.name)
            .field("client_info", &self.caller.client_info)
            .field("transport", &self.caller.transport.name)
            .field("headers", &self.caller.transport.headers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_protocol::invocation::{Caller, Transport};

    #[test]
    fn debug_output_has_no_secrets() {
        let headers = [("x-functions-key", "secret")].into_iter().collect();
        let transport = Transport { name: "http".to_owned(), session_id: None, headers };
        let caller = Caller { session_id: Some("secret".to_owned()), transport, ..Caller::default() };
        let context = Context::new("id".to_owned(), "tool", caller.into(), Trust::Ignored, None);
        assert_eq!(context.header("X-Functions-Key"), Some("secret"));
        let debug = format!("{context:?}");
        assert!(debug.contains("x-functions-key") && !debug.contains("secret"), "{debug}");
    }
}
