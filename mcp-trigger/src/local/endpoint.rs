//! The streamable HTTP transport, as the extension does it: every request by itself, every answer an event stream of one event.

use super::access::Access;
use super::catalog::Catalog;
use super::methods::{self, Methods};
use super::runner::Runner;
use super::{accept, session};
use crate::app::Server;
use crate::http::{self, Body, Response};
use crate::mcp::caller::{SESSION_ID, all_values, caller};
use crate::mcp::jsonrpc::{Message, code, is_deeper_than};
use host_protocol::json::system_text;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};
use std::sync::Arc;

/// The endpoint below `/runtime/webhooks/mcp`.
pub(super) struct Endpoint {
    pub(super) methods: Methods,
    pub(super) body_limit: usize,
    /// The second half of all session ids of this process.
    instance: String,
}

/// The path of the endpoint.
pub(crate) const PATH: &str = "/runtime/webhooks/mcp";

/// Whether a path is the endpoint's, in whatever case.
pub(super) fn answers(path: &str) -> bool {
    path.split_at_checked(PATH.len())
        .is_some_and(|(start, rest)| start.eq_ignore_ascii_case(PATH) && (rest.is_empty() || rest.starts_with('/')))
}

/// How deep .NET reads JSON.
const DEPTH: usize = 64;

impl Endpoint {
    pub(super) fn new(catalog: Catalog, runner: Runner) -> Self {
        let server = Server { name: "Azure Functions MCP server".to_owned(), version: "1.0.0".to_owned() };
        let methods = Methods { catalog, runner: Arc::new(runner), server, instructions: None };
        Endpoint { methods, body_limit: http::BODY_LIMIT, instance: session::id() }
    }

    /// Answers a request to the endpoint.
    pub(super) async fn respond(&self, access: &Access, request: Request<Incoming>) -> Response {
        if ![Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::OPTIONS].contains(request.method()) {
            return http::empty(StatusCode::NOT_FOUND);
        }
        // The key comes before all that follows (recordings/auth.jsonl, "GET no key", "sse no key").
        if let Err(refusal) = access.endpoint(&request) {
            return refusal;
        }
        // The extension looks at the end of the path only.
        let path = request.uri().path().trim_end_matches('/').to_ascii_lowercase();
        if path.ends_with("sse") {
            return http::error(StatusCode::NOT_IMPLEMENTED, "the legacy SSE transport is not there yet");
        }
        if path.ends_with("message") {
            return legacy_refusal();
        }
        if request.method() != Method::POST {
            return http::empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        self.post(request).await.unwrap_or_else(|refusal| refusal)
    }

    async fn post(&self, request: Request<Incoming>) -> Result<Response, Response> {
        let headers = request.headers();
        let header = |name| headers.get(&name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !accept::accepts_both(&all_values(headers, &ACCEPT)) {
            let message = "Not Acceptable: Client must accept both application/json and text/event-stream";
            return Err(refusal(StatusCode::NOT_ACCEPTABLE, message));
        }
        let session = header(SESSION_ID);
        if !session.is_empty() && !session::is_valid(session) {
            return Err(refusal(StatusCode::BAD_REQUEST, "Invalid client state."));
        }
        if !accept::is_json(header(CONTENT_TYPE)) {
            return Err(failure());
        }
        let new_session = session.is_empty();
        let (head, body) = request.into_parts();
        let body = http::read_body(body, self.body_limit).await.map_err(|error| match error {
            http::BodyError::TooLarge => http::empty(StatusCode::PAYLOAD_TOO_LARGE),
            http::BodyError::Incomplete => failure(),
        })?;
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let text = std::str::from_utf8(body).map_err(|_| failure())?;
        if text.trim_ascii() == "null" {
            let message = "Bad Request: The POST body did not contain a valid JSON-RPC message.";
            return Err(refusal(StatusCode::BAD_REQUEST, message));
        }
        let Some(message) = Message::read(text).filter(|_| !is_deeper_than(DEPTH, text)) else { return Err(failure()) };
        let Message::Request(request) = message else { return Ok(accepted()) };

        let mut response = event_stream(Body::default());
        if new_session && request.method == "initialize" {
            if request.params.is_some_and(|params| methods::initialize_version(params).is_none()) {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                return Err(response);
            }
            let id = format!("{}|{}", session::id(), self.instance);
            response.headers_mut().extend(HeaderValue::from_str(&id).map(|id| (SESSION_ID, id)));
        }
        let event = match self.methods.answer(&request, || caller(&head.headers, None)).await {
            Ok(result) => event(&result, request.id.get(), "result"),
            Err(refusal) => event(&error_object(refusal.code, &refusal.message), request.id.get(), "error"),
        };
        *response.body_mut() = Body::chunked(event);
        Ok(response)
    }
}

/// One event with a JSON-RPC response. The id goes back as it came.
fn event(content: &str, id: &str, member: &str) -> String {
    let id = if id.starts_with('"') { recode(id) } else { id.to_owned() };
    format!("event: message\ndata: {{\"{member}\":{content},\"id\":{id},\"jsonrpc\":\"2.0\"}}\n\n")
}

fn recode(json_string: &str) -> String {
    let text = serde_json::from_str::<String>(json_string).unwrap_or_default();
    system_text::to_string(&text).unwrap_or_else(|_| json_string.to_owned())
}

fn error_object(code: i32, message: &str) -> String {
    let message = system_text::to_string(message).unwrap_or_else(|_| "\"\"".to_owned());
    format!("{{\"code\":{code},\"message\":{message}}}")
}

/// The head of an answer.
fn event_stream(body: Body) -> Response {
    let mut response = streaming(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}

/// A notification and a response are taken, and nothing is said.
fn accepted() -> Response {
    let mut response = streaming(Body::default());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

fn streaming(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache,no-store"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
    response
}

/// What the extension fails on without a word.
fn failure() -> Response {
    http::empty(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A refusal before the message is looked at; its id is an empty string.
fn refusal(status: StatusCode, message: &str) -> Response {
    let error = error_object(code::TRANSPORT, message);
    json(status, format!("{{\"error\":{error},\"id\":\"\",\"jsonrpc\":\"2.0\"}}"))
}

/// The legacy transport's refusal of a message without a stream.
fn legacy_refusal() -> Response {
    let text = r#""Missing service context. Please connect to the /sse endpoint to initiate your session.""#;
    json(StatusCode::BAD_REQUEST, text.to_owned())
}

fn json(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::chunked(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
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
