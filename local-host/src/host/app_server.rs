//! The MCP server that an app has itself, beside the endpoint of the host.

use host_protocol::function_json::AuthLevel;
use hyper::Request;
use hyper::body::Incoming;
use mcp_trigger_core::http::Response;
use std::net::IpAddr;

/// Checks the key of a request. `Some` is the refusal.
pub type CheckKey<'a> = &'a (dyn Fn(&Request<Incoming>) -> Option<Response> + Sync);

/// The app's own MCP server, beside the endpoint of the host. In Azure the Functions host leads the server's paths to the
/// app through HTTP functions. The local host calls the server directly.
#[async_trait::async_trait]
pub trait AppServer: Send + Sync + 'static {
    /// The name of the HTTP function that leads requests to the server in Azure, and the level of the key that this
    /// function asks for.
    fn function(&self) -> (&'static str, AuthLevel);

    /// Whether the path of a request is the server's.
    fn answers(&self, path: &str) -> bool;

    /// Whether an allowed origin has this name, so that the server accepts it in the header `Host`.
    fn allows_name(&self, authority: &str) -> bool;

    /// Answers a request, which came `from` an address. The server checks the request's origin before it calls `check_key`, because browsers send preflight
    /// requests without a key.
    async fn respond(&self, request: Request<Incoming>, from: IpAddr, check_key: CheckKey<'_>) -> Response;

    /// The answer at a path outside of the server, such as one below `/.well-known`. `None` if the app does not answer
    /// there.
    fn well_known(&self, request: &Request<Incoming>) -> Option<Response>;

    /// Closes the streams that would not end by themselves. The host calls this before it ends.
    fn end(&self);

    /// Waits for work that goes on without a request, such as tasks.
    async fn ended(&self);
}
