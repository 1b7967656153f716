//! Requests to the handler: which are the host's, and what they get.

use crate::function::{Function, Kind};
use crate::http::{self, BodyError, Limits, Response, Service};
use crate::invoke::Functions;
use crate::server::{self, McpServer};
use host_protocol::Invocation;
use host_protocol::function_json::{PromptTrigger, ResourceTrigger, ToolTrigger};
use host_protocol::invocation::{TriggerBinding, TriggerKind};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;

/// Answers the host.
pub(crate) struct Handler {
    pub(crate) functions: Arc<Functions>,
    pub(crate) mcp: Arc<McpServer>,
    /// The address that the host knows the handler by, with its port.
    pub(crate) authority: String,
    /// How long a body may be, in bytes.
    pub(crate) body_limit: usize,
}

impl Service for Handler {
    async fn respond(&self, request: Request<Incoming>) -> Response {
        let path = request.uri().path();
        if server::answers(path) {
            return self.mcp.respond(request).await;
        }
        match *request.method() {
            // The host takes any answer for "ready", and asks before anything else.
            Method::GET if path == "/" => http::empty(StatusCode::OK),
            Method::POST => match path.strip_prefix('/').and_then(|name| self.functions.registry.by_name(name)) {
                Some(function) => match invocation_id(&request, &self.authority) {
                    Some(id) => self.invoke(function, id, request).await,
                    None => http::error(
                        StatusCode::FORBIDDEN,
                        "functions are called by the Functions host only, through the MCP endpoint of the app",
                    ),
                },
                None => no_such_path(path),
            },
            _ => no_such_path(path),
        }
    }

    fn end(&self) {
        self.mcp.end();
    }
}

impl Handler {
    async fn invoke(&self, function: &'static Function, id: String, request: Request<Incoming>) -> Response {
        let limits = Limits { bytes: self.body_limit, pause: None };
        let body = match http::read_body(request.into_body(), limits).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                let message = format!("the invocation is longer than {} bytes", self.body_limit);
                return http::error(StatusCode::PAYLOAD_TOO_LARGE, &message);
            }
            Err(BodyError::Incomplete | BodyError::Stalled) => {
                return http::error(StatusCode::BAD_REQUEST, "the body ended too early");
            }
        };
        let invocation = match Invocation::decode(id, function.name, trigger(&function.kind), &body) {
            Ok(invocation) => invocation,
            Err(error) => return http::error(StatusCode::BAD_REQUEST, &error.to_string()),
        };
        match self.functions.invoke(function, invocation).await.encode() {
            Ok(reply) => http::json(StatusCode::OK, reply),
            Err(error) => http::error(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        }
    }
}

/// The trigger of a function, as `generate` names it.
fn trigger(kind: &Kind) -> TriggerBinding<'static> {
    match kind {
        Kind::Tool(_) => TriggerBinding { name: ToolTrigger::NAME, kind: TriggerKind::Tool },
        Kind::Resource(_) => TriggerBinding { name: ResourceTrigger::NAME, kind: TriggerKind::Resource },
        Kind::Prompt(_) => TriggerBinding { name: PromptTrigger::NAME, kind: TriggerKind::Prompt },
    }
}

const INVOCATION_ID: HeaderName = HeaderName::from_static("x-azure-functions-invocationid");

/// The id of an invocation, if the request to a function's path is certainly the host's own. An outsider's request that the host
/// forwards looks nearly the same (ground-truth.md §6): what tells it apart is the `Host` header, which the host copies from
/// outside, while its own requests name the handler's address. Nothing is decoded or normalised before comparing.
fn invocation_id(request: &Request<Incoming>, authority: &str) -> Option<String> {
    if request.uri().authority().is_some() || request.uri().query().is_some() {
        return None;
    }
    let (mut hosts, mut id, mut is_from_host, mut is_json) = (0, None, false, false);
    // Once over the few that there are: looking up each by its name takes three times as long.
    for (name, value) in request.headers() {
        if name == HOST {
            hosts += 1;
            if value != authority {
                return None;
            }
        } else if name == USER_AGENT {
            is_from_host = value.as_bytes().starts_with(b"Azure-Functions-Host/");
        } else if name == CONTENT_TYPE {
            is_json = value.as_bytes().starts_with(b"application/json");
        } else if name == INVOCATION_ID {
            id = value.to_str().ok();
        }
    }
    id.filter(|_| hosts == 1 && is_from_host && is_json).map(str::to_owned)
}

fn no_such_path(path: &str) -> Response {
    http::error(
        StatusCode::NOT_FOUND,
        &format!("nothing answers at {path}; if it is a function, generate the app's files and deploy it again"),
    )
}
