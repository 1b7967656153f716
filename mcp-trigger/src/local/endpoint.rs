//! The endpoint of the MCP extension: which transport answers what.

use super::access::Access;
use super::catalog::Catalog;
use super::client_state::ClientStates;
use super::methods::Methods;
use super::runner::Runner;
use super::sse::Sse;
use crate::app::Server;
use crate::http::{self, Limits, Response};
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;

/// The endpoint below `/runtime/webhooks/mcp`.
pub(super) struct Endpoint {
    pub(super) methods: Methods,
    /// Of the bodies of requests.
    pub(super) limits: Limits,
    pub(super) client_states: ClientStates,
    pub(super) sse: Sse,
}

/// The path of the endpoint.
pub(crate) const PATH: &str = "/runtime/webhooks/mcp";

/// Whether a path is the endpoint's, in whatever case.
pub(super) fn answers(path: &str) -> bool {
    path.split_at_checked(PATH.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(PATH) && (rest.is_empty() || rest.starts_with('/')))
}

impl Endpoint {
    pub(super) fn new(catalog: Catalog, runner: Runner) -> Self {
        let server = Server::of_extension();
        let methods = Methods { catalog, runner: Arc::new(runner), server, instructions: None };
        let limits = Limits { bytes: http::BODY_LIMIT, pause: Some(http::RECEIVE_TIMEOUT) };
        Endpoint { methods, limits, client_states: ClientStates::new(), sse: Sse::default() }
    }

    /// Answers a request to the endpoint.
    pub(super) async fn respond(self: &Arc<Self>, access: &Access, request: Request<Incoming>) -> Response {
        if ![Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::OPTIONS].contains(request.method()) {
            return http::empty(StatusCode::NOT_FOUND);
        }
        // The key comes before all that follows (recordings/auth.jsonl, "GET no key", "sse no key").
        if let Err(refusal) = access.endpoint(&request) {
            return refusal;
        }
        // The extension looks at the end of the path only.
        let path = request.uri().path().trim_end_matches('/');
        let ends_with = |word: &str| {
            let start = path.len().checked_sub(word.len());
            start.and_then(|start| path.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
        };
        if ends_with("sse") {
            self.open_stream(&request)
        } else if ends_with("message") {
            self.take_message(request).await
        } else {
            self.streamable(request).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_its_path_and_what_is_below() {
        for path in ["/runtime/webhooks/mcp", "/runtime/webhooks/MCP/", "/Runtime/webhooks/mcp/x"] {
            assert!(answers(path), "{path}");
        }
        for path in ["", "*", "/", "/runtime/webhooks/mcpx", "/runtime/webhooks/", "/runtime/webhooks/mc\u{e9}"] {
            assert!(!answers(path), "{path}");
        }
    }
}
