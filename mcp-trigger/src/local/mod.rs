//! The local host: `/runtime/webhooks/mcp` as the Functions host and its MCP extension answer it, without them.
//!
//! It knows functions by their function.json, as the host does, and runs them through an [`Invoker`]: in this process, or
//! whatever else can answer an [`Invocation`](host_protocol::Invocation).

mod accept;
mod catalog;
mod endpoint;
mod guard;
mod invoker;
mod methods;
mod session;

pub use invoker::{InvokeError, Invoker};

pub(crate) use endpoint::PATH;
pub(crate) use invoker::InProcess;
pub(crate) use session::guid as invocation_id;

use crate::http::{self, Peer, Response, Service};
use catalog::Catalog;
use endpoint::Endpoint;
use host_protocol::function_json::FunctionJson;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;
use tokio::net::TcpListener;

/// A local Functions host for MCP triggers.
///
/// ```no_run
/// # async fn example(invoker: std::sync::Arc<dyn mcp_trigger::local::Invoker>) -> std::io::Result<()> {
/// use mcp_trigger::local::LocalHost;
/// use mcp_trigger::protocol::FunctionJson;
/// use mcp_trigger::protocol::function_json::ToolTrigger;
///
/// let hello = FunctionJson::generated(vec![ToolTrigger::new("hello", "Says hello.").into()]);
/// let host = LocalHost::new([("Hello".to_owned(), hello)], invoker);
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:7071").await?;
/// host.serve(listener, std::future::pending()).await
/// # }
/// ```
pub struct LocalHost {
    endpoint: Endpoint,
}

impl LocalHost {
    /// A host of these functions, by name. Functions without an MCP trigger, or in error, are not listed:
    /// [`validate`](host_protocol::validate::validate) tells which are.
    pub fn new(functions: impl IntoIterator<Item = (String, FunctionJson)>, invoker: Arc<dyn Invoker>) -> Self {
        LocalHost { endpoint: Endpoint::new(Catalog::new(functions), invoker) }
    }

    /// Names the server, as `extensions.mcp.serverName` and `serverVersion` in host.json do.
    #[must_use]
    pub fn server(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.endpoint.methods.server.name = name.into();
        self.endpoint.methods.server.version = version.into();
        self
    }

    /// Tells models how to use the server, as `extensions.mcp.instructions` in host.json does.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.endpoint.methods.instructions = Some(instructions.into());
        self
    }

    /// How long the body of a request may be, in bytes; 100 MB if nothing is said, as with the host.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.endpoint.body_limit = bytes;
        self
    }

    /// Answers on a listener until `end` comes, then lets the requests under way finish. While the listener is bound to
    /// loopback, requests that name another `Host` or come from the page of another `Origin` are refused: a page in a browser
    /// could reach the functions otherwise (DNS rebinding).
    ///
    /// # Errors
    ///
    /// When the listener has no address.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()>) -> std::io::Result<()> {
        let loopback = listener.local_addr()?.ip().to_canonical().is_loopback();
        http::serve(listener, Peer::Client, Arc::new(Site { endpoint: self.endpoint, loopback }), end).await;
        Ok(())
    }
}

/// What answers at the host's address: one endpoint, and the host's own paths.
struct Site {
    endpoint: Endpoint,
    loopback: bool,
}

impl Service for Site {
    async fn respond(&self, request: Request<Incoming>) -> Response {
        if self.loopback
            && let Err(refusal) = guard::check(&request)
        {
            return refusal;
        }
        match (request.method(), request.uri().path()) {
            (_, path) if endpoint::answers(path) => self.endpoint.respond(request).await,
            (&Method::GET, "/") => http::text("The local host of an MCP server: MCP is at /runtime/webhooks/mcp\n"),
            _ => http::empty(StatusCode::NOT_FOUND),
        }
    }
}
