//! The MCP server that an app has itself, beside the endpoint of the host.

use host_protocol::function_json::AuthLevel;
use hyper::Request;
use hyper::body::Incoming;
use mcp_trigger_core::http::Response;

/// Checks the key of a request; the response is the refusal, if there is one.
pub type CheckKey<'a> = &'a (dyn Fn(&Request<Incoming>) -> Option<Response> + Sync);

/// The app's own MCP server. In Azure the Functions host leads the server's paths to the app through HTTP functions; the local host
/// calls the server directly.
#[async_trait::async_trait]
pub trait AppServer: Send + Sync + 'static {
    /// The name of the HTTP function that leads requests to the server, and the key that the function asks for.
    fn function(&self) -> (&'static str, AuthLevel);

    /// Whether the path of a request is the server's.
    fn answers(&self, path: &str) -> bool;

    /// Whether the server may be called by this name, because an allowed origin has it.
    fn allows_name(&self, authority: &str) -> bool;

    /// Answers a request. The server checks the request's origin before it calls `check_key`, because browsers send preflight
    /// requests without a key.
    async fn respond(&self, request: Request<Incoming>, check_key: CheckKey<'_>) -> Response;

    /// The answer for a path outside of the server that the app answers too; `None` for other paths.
    fn well_known(&self, path: &str) -> Option<Response>;

    /// Closes the streams that no request ends: the host is about to end.
    fn end(&self);

    /// Waits for the work that goes on without a request, as tasks do.
    async fn ended(&self);
}
