//! The server at `/mcp` beside the endpoint of the local host.

use crate::server::{self, McpServer};
use host_protocol::function_json::AuthLevel;
use hyper::Request;
use hyper::body::Incoming;
use local_host::{AppServer, CheckKey};
use mcp_trigger_core::http::Response;
use std::net::IpAddr;
use std::sync::Arc;

/// The server of this program's app.
pub(super) struct OwnServer(pub(super) Arc<McpServer>);

#[async_trait::async_trait]
impl AppServer for OwnServer {
    fn function(&self) -> (&'static str, AuthLevel) {
        (server::FUNCTION, self.0.level)
    }

    fn answers(&self, path: &str) -> bool {
        server::answers(path)
    }

    fn allows_name(&self, authority: &str) -> bool {
        self.0.allows_name(authority)
    }

    async fn respond(&self, request: Request<Incoming>, from: IpAddr, check_key: CheckKey<'_>) -> Response {
        self.0.respond(request, from, check_key).await
    }

    fn well_known(&self, request: &Request<Incoming>) -> Option<Response> {
        self.0.well_known(request)
    }

    fn end(&self) {
        self.0.end();
    }

    async fn ended(&self) {
        self.0.ended().await;
    }
}
