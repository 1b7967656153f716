//! Replies in the extension's spelling, for both transports.

use host_protocol::json::system_text;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use mcp_trigger_core::http::{self, Body, Response};
use mcp_trigger_core::mcp::event;
use mcp_trigger_core::mcp::jsonrpc::code;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A JSON-RPC error, in the extension's words.
pub(crate) struct JsonRpcError {
    pub(crate) code: i32,
    pub(crate) message: String,
}

impl JsonRpcError {
    pub(crate) fn invalid_params(message: String) -> Self {
        JsonRpcError { code: code::INVALID_PARAMS, message }
    }

    pub(crate) fn unknown(kind: &str, name: &str) -> Self {
        JsonRpcError::invalid_params(format!("Unknown {kind}: '{name}'"))
    }

    /// The extension's answer to everything that it does not expect.
    pub(crate) fn internal() -> Self {
        JsonRpcError { code: code::INTERNAL_ERROR, message: "An error occurred.".to_owned() }
    }
}

/// An event with the answer to a request. The id goes back as it came.
pub(crate) fn event(id: &RawValue, answer: Result<Cow<'_, str>, JsonRpcError>) -> String {
    match answer {
        Ok(result) => message(&result, id.get(), "result"),
        Err(refusal) => message(&error_object(refusal.code, &refusal.message), id.get(), "error"),
    }
}

fn message(content: &str, id: &str, member: &str) -> String {
    let id = if id.starts_with('"') { recode(id) } else { id.to_owned() };
    event::event(&format!("{{\"{member}\":{content},\"id\":{id},\"jsonrpc\":\"2.0\"}}"))
}

fn recode(json_string: &str) -> String {
    let text = serde_json::from_str::<String>(json_string).unwrap_or_default();
    system_text::to_string(&text).unwrap_or_else(|_| json_string.to_owned())
}

/// The error of a JSON-RPC message.
pub(crate) fn error_object(code: i32, message: &str) -> String {
    let message = system_text::to_string(message).unwrap_or_else(|_| "\"\"".to_owned());
    format!("{{\"code\":{code},\"message\":{message}}}")
}

/// A stream of events.
pub(crate) fn event_stream(body: Body) -> Response {
    let mut response = streaming(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}

/// A response with the headers of event streams, which the extension also sends where there is no event.
pub(crate) fn streaming(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache,no-store"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("identity"));
    response
}

/// The failure of the extension without a message.
pub(crate) fn failure() -> Response {
    http::empty(StatusCode::INTERNAL_SERVER_ERROR)
}

/// JSON, sent as ASP.NET does.
pub(crate) fn json(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::chunked(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
