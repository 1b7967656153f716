//! The endpoint of the MCP extension: its paths and transports.

mod catalog;
mod client_state;
mod media_type;
mod message;
mod methods;
mod reply;
mod sse;
mod streamable;

pub(crate) use catalog::is_mcp;
pub(crate) use methods::Implementation;

use crate::access::Access;
use crate::invoker::{BoundFunction, BoundInvoker};
use catalog::Catalog;
use client_state::ClientStates;
use host_protocol::FunctionJson;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::accounts::{Account, Accounts, Owner, ProcessLimits};
use mcp_trigger_core::http::{self, Limits, Response};
use methods::Methods;
use sse::Sse;
use std::net::IpAddr;
use std::sync::Arc;

/// The endpoint below `/runtime/webhooks/mcp`.
pub(crate) struct Endpoint {
    pub(crate) methods: Methods,
    /// The limits of request bodies.
    pub(crate) limits: Limits,
    /// The accounts of callers.
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) client_states: ClientStates,
    pub(crate) sse: Sse,
}

/// The path of the MCP endpoint. The streamable HTTP transport is here, the legacy SSE transport at `/sse` and `/message`
/// below.
pub const PATH: &str = "/runtime/webhooks/mcp";

/// The host has a path for each of its extensions below this one.
const WEBHOOKS: &str = "/runtime/webhooks/";
/// The methods that the host takes at webhooks.
const METHODS: [Method; 5] = [Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::OPTIONS];

/// Whether a path is that of the endpoint, in any case.
pub(crate) fn answers(path: &str) -> bool {
    path.split_at_checked(PATH.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(PATH) && (rest.is_empty() || rest.starts_with('/')))
}

/// Whether a path is the webhook of another extension.
pub(crate) fn is_another_webhook(path: &str) -> bool {
    let name = path.split_at_checked(WEBHOOKS.len()).filter(|(start, _)| start.eq_ignore_ascii_case(WEBHOOKS));
    name.is_some_and(|(_, name)| !name.is_empty() && !name.starts_with('/')) && !answers(path)
}

/// Answers at the webhook of another extension. Each extension has a system key of its own, and the local host has only
/// that of the MCP extension (recorded: 403 with any other key).
pub(crate) fn refuse_webhook(access: &Access, request: &Request<Incoming>) -> Response {
    let refusal = METHODS.contains(request.method()).then(|| access.nobody(request).err()).flatten();
    refusal.unwrap_or_else(|| http::empty(StatusCode::NOT_FOUND))
}

impl Endpoint {
    pub(crate) fn new(functions: &[(BoundFunction, FunctionJson)], invoker: BoundInvoker) -> Self {
        let server = Implementation::default();
        let methods =
            Methods { catalog: Catalog::new(functions), invoker: Arc::new(invoker), server, instructions: None };
        let limits = Limits { bytes: http::BODY_LIMIT, pause: Some(http::RECEIVE_TIMEOUT) };
        let accounts = Accounts::new(ProcessLimits::default());
        Endpoint { methods, limits, accounts, client_states: ClientStates::new(), sse: Sse::default() }
    }

    /// The account of requests from an address.
    pub(crate) fn account(&self, from: IpAddr) -> Arc<Account> {
        self.accounts.owner(Owner::at(from))
    }

    /// Answers a request to the endpoint, which came `from` an address.
    pub(crate) async fn respond(
        self: &Arc<Self>,
        access: &Access,
        request: Request<Incoming>,
        from: IpAddr,
    ) -> Response {
        if !METHODS.contains(request.method()) {
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
            self.open_stream(&request, from)
        } else if ends_with("message") {
            self.take_message(request, from).await
        } else {
            self.streamable(request, from).await
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

    #[test]
    fn other_webhooks_have_a_name() {
        for path in ["/runtime/webhooks/blobs", "/Runtime/Webhooks/mcpx/y", "/runtime/webhooks/mc"] {
            assert!(is_another_webhook(path), "{path}");
        }
        for path in ["/runtime/webhooks/", "/runtime/webhooks//x", "/runtime/webhooks", "/runtime/webhooks/MCP/x", "/x"]
        {
            assert!(!is_another_webhook(path), "{path}");
        }
    }
}
