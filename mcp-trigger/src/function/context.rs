//! The context of a call: the caller, the client, the deadline, the log.

use crate::function::changes::Changes;
use crate::function::client::Client;
use crate::function::principal::{Principal, Trust};
use crate::function::shutdown;
use host_protocol::invocation::{ClientInfo, LazyCaller};
use host_protocol::json::RawObject;
use mcp_trigger_core::telemetry::{CallLog, Destination, Source};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt::{self, Display};
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tracing::Level;

/// The call of a function: its caller, its client and its log.
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
///     format!("{} by {}", cx.invocation_id(), cx.header("User-Agent").unwrap_or("an unknown client"))
/// }
/// ```
pub struct Context {
    caller: LazyCaller,
    trust: Trust,
    principal: OnceLock<Option<Principal>>,
    deadline: Option<Instant>,
    log: CallLog,
    client: Option<Arc<dyn Client>>,
    changes: Changes,
}

/// Where a call comes from.
#[derive(Default)]
pub(crate) struct Origin {
    /// The host's id of the call; empty if there is no host.
    pub(crate) id: String,
    pub(crate) caller: LazyCaller,
    /// The caller, unless the headers tell it.
    pub(crate) principal: Option<Principal>,
    /// Whether to believe headers that say who calls. `None`: as for calls of the host.
    pub(crate) trust: Option<Trust>,
    /// The client, where a running call can reach it.
    pub(crate) client: Option<Arc<dyn Client>>,
    /// Where its lines go.
    pub(crate) logs: Destination,
}

impl Origin {
    /// A call that a host hands on.
    pub(crate) fn of_host(id: String, caller: LazyCaller, logs: Destination) -> Self {
        Origin { id, caller, logs, ..Origin::default() }
    }
}

impl Context {
    /// The context of a call. `changes` tells clients of changes.
    pub(crate) fn new(
        origin: Origin,
        source: Source,
        trust: Trust,
        deadline: Option<Instant>,
        changes: Changes,
    ) -> Self {
        let Origin { id, caller, principal, trust: own, client, logs } = origin;
        Context {
            caller,
            trust: own.unwrap_or(trust),
            principal: principal.map_or_else(OnceLock::new, |principal| OnceLock::from(Some(principal))),
            deadline,
            log: CallLog::new(source, id, logs),
            client,
            changes,
        }
    }

    /// The client, where it can be reached.
    pub(crate) fn client(&self) -> Option<&dyn Client> {
        self.client.as_deref()
    }

    /// A handle that tells the clients of `/mcp` about changes.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The host's id of this call; its log lines in Application Insights carry it.
    pub fn invocation_id(&self) -> &str {
        self.log.id()
    }

    /// The name of the tool, the resource or the prompt, as registered.
    pub fn name(&self) -> &str {
        self.log.name()
    }

    /// The caller, if App Service authentication is on and the caller has signed in.
    pub fn principal(&self) -> Option<&Principal> {
        let read = || Principal::from_headers(&self.caller.transport.headers, self.trust);
        self.principal.get_or_init(read).as_ref()
    }

    /// Whether headers that say who calls are believed.
    pub(crate) fn trust(&self) -> Trust {
        self.trust
    }

    /// The `Mcp-Session-Id` of the client, if it sent one. Opaque, and the same for all calls of a session.
    pub fn session_id(&self) -> Option<&str> {
        self.caller.session_id.as_deref()
    }

    /// The client's name and version. Through the Functions host only the legacy SSE transport knows them.
    pub fn client_info(&self) -> Option<&ClientInfo> {
        self.caller.client_info.as_ref()
    }

    /// The transport of the call: `http-streamable`, `http-sse`, `http`, `stdio` or `unknown`.
    pub fn transport(&self) -> &str {
        &self.caller.transport.name
    }

    /// A header of the client's request, by its name in whatever case. Several values are joined with `,`.
    ///
    /// A client may send any header, even a forged `X-MS-CLIENT-PRINCIPAL`. Only [`principal`](Context::principal) tells who calls.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.caller.transport.headers.get(name)
    }

    /// All headers of the client's request. Keys, tokens and cookies are among them: do not log them.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.caller.transport.headers.iter()
    }

    /// `_meta` of the client's request, the text of a JSON object, if the request has one. Only at `/mcp`: the Functions host does
    /// not hand it on.
    ///
    /// ```
    /// # use mcp_trigger::{Context, mcp_tool};
    /// /// Says what the client calls the request.
    /// #[mcp_tool]
    /// fn label(cx: &Context) -> Option<String> {
    ///     let meta: serde_json::Value = serde_json::from_str(cx.meta()?.get()).ok()?;
    ///     Some(meta["com.example/label"].as_str()?.to_owned())
    /// }
    /// ```
    pub fn meta(&self) -> Option<&RawValue> {
        let meta = self.client()?.meta()?;
        serde_json::from_str(meta).ok().filter(|meta: &&RawValue| meta.get().starts_with('{'))
    }

    /// The W3C trace context that the client sent, to continue its trace: in `_meta`, as MCP has it since 2026-07-28, or else in
    /// the header.
    pub fn traceparent(&self) -> Option<Cow<'_, str>> {
        self.trace("traceparent")
    }

    /// The W3C `tracestate`: additions of other systems to the trace context.
    pub fn tracestate(&self) -> Option<Cow<'_, str>> {
        self.trace("tracestate")
    }

    /// The W3C baggage that travels with the trace.
    pub fn baggage(&self) -> Option<Cow<'_, str>> {
        self.trace("baggage")
    }

    fn trace(&self, name: &str) -> Option<Cow<'_, str>> {
        self.meta_text(name).map(Cow::Owned).or_else(|| self.header(name).map(Cow::Borrowed))
    }

    /// A member of `_meta` that is text.
    pub(crate) fn meta_text(&self, name: &str) -> Option<String> {
        let said = RawObject::parse(self.meta()?.get()).ok()?.get(name)?;
        serde_json::from_str(said.get()).ok()
    }

    /// The end of the time limit of the call, if it has one.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Waits until the call has to end early because the app stops: the function then has five seconds left. An `async` function is
    /// dropped without notice at its [`deadline`](Context::deadline), or when its client cancels the call at `/mcp`. The Functions
    /// host does not tell the app about cancelled calls. A function that is not `async` cannot be dropped: use
    /// [`is_cancelled`](Context::is_cancelled) there.
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

    /// Whether the call has to end early: the app stops (see [`cancelled`](Context::cancelled)), the client has cancelled the call,
    /// or its time is up. A long-running function that is not `async` should check this from time to time, since it keeps its
    /// thread until it returns.
    pub fn is_cancelled(&self) -> bool {
        shutdown::has_begun() || self.log.is_over()
    }

    /// Logs a line for this call at debug level.
    ///
    /// `debug`, `info`, `warn` and `error` write to the log of the app, with the module of the function as target. A client of
    /// `/mcp` that asks for log lines gets them too. Lines of the crate `tracing` stay in the log.
    pub fn debug(&self, message: impl Display) {
        self.tell(Level::DEBUG, &message);
    }

    /// Logs a line for this call at info level, as [`debug`](Context::debug) does.
    pub fn info(&self, message: impl Display) {
        self.tell(Level::INFO, &message);
    }

    /// Logs a line for this call at warning level, as [`debug`](Context::debug) does.
    pub fn warn(&self, message: impl Display) {
        self.tell(Level::WARN, &message);
    }

    /// Logs a line for this call at error level, as [`debug`](Context::debug) does.
    pub fn error(&self, message: impl Display) {
        self.tell(Level::ERROR, &message);
    }

    /// The only way by which a line reaches a client. All other lines, and the reasons of failed calls, are for the owner of the
    /// app.
    fn tell(&self, level: Level, message: &dyn Display) {
        if let Some(client) = &self.client {
            client.log(level, message);
        }
        self.log.log(level, message);
    }

    /// The log of the call, which no client reads.
    pub(crate) fn log(&self) -> &CallLog {
        &self.log
    }
}

/// Header values stay out: among them are the keys and tokens of the caller.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("invocation_id", &self.invocation_id())
            .field("name", &self.name())
            .field("client_info", &self.caller.client_info)
            .field("transport", &self.caller.transport.name)
            .field("headers", &self.caller.transport.headers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::BoxFuture;
    use crate::function::client::{AskError, Question};
    use host_protocol::invocation::{Caller, Transport};

    /// A client that sent this `_meta`.
    struct Sent(&'static str);

    impl Client for Sent {
        fn meta(&self) -> Option<&str> {
            Some(self.0)
        }

        fn progress(&self, _: f64, _: Option<f64>, _: Option<&str>) {}

        fn log(&self, _: Level, _: &dyn Display) {}

        fn pause_stream(&self) {}

        fn ask(&self, _: Question) -> BoxFuture<'_, Result<Box<RawValue>, AskError>> {
            Box::pin(std::future::ready(Err(AskError::disconnected())))
        }

        fn begin_task(&self) -> BoxFuture<'_, Result<(), AskError>> {
            Box::pin(std::future::ready(Err(AskError::disconnected())))
        }
    }

    fn context(caller: Caller, meta: Option<&'static str>) -> Context {
        let client = meta.map(|meta| Arc::new(Sent(meta)) as Arc<dyn Client>);
        let origin = Origin { client, ..Origin::of_host("id".to_owned(), caller.into(), Destination::default()) };
        Context::new(
            origin,
            Source { name: "tool".into(), target: module_path!() },
            Trust::Ignored,
            None,
            Changes::default(),
        )
    }

    #[test]
    fn a_trace_is_continued_from_meta_or_else_from_headers() {
        let headers = [("traceparent", "of the header"), ("baggage", "a=1")].into_iter().collect();
        let transport = Transport::new("http", None, headers);
        let caller = Caller::new(None, None, transport);
        let without = context(caller.clone(), None);
        assert_eq!((without.meta().is_none(), without.traceparent().as_deref()), (true, Some("of the header")));
        let with = context(caller, Some(r#"{"traceparent":"of \"meta\"","tracestate":5}"#));
        assert_eq!(with.traceparent().as_deref(), Some("of \"meta\""));
        assert_eq!((with.tracestate(), with.baggage().as_deref()), (None, Some("a=1")));
        assert!(with.meta().unwrap().get().contains("tracestate"));
        for meta in ["null", "[]"] {
            assert!(context(Caller::default(), Some(meta)).meta().is_none(), "{meta}");
        }
    }

    #[test]
    fn debug_output_has_no_secrets() {
        let headers = [("x-functions-key", "secret")].into_iter().collect();
        let transport = Transport::new("http", None, headers);
        let caller = Caller::new(Some("secret".to_owned()), None, transport);
        let context = context(caller, None);
        assert_eq!(context.header("X-Functions-Key"), Some("secret"));
        let debug = format!("{context:?}");
        assert!(debug.contains("x-functions-key") && !debug.contains("secret"), "{debug}");
    }
}
