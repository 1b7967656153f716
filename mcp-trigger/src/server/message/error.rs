//! Errors of JSON-RPC, each with its HTTP status.

use hyper::StatusCode;
use hyper::header::HeaderValue;
use mcp_trigger_core::accounts::Full;
use mcp_trigger_core::http::Refusal;
use mcp_trigger_core::mcp::jsonrpc::code;
use serde_json::{Value, json};

/// An error of JSON-RPC.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::server) struct Error {
    pub(in crate::server) code: i32,
    pub(in crate::server) message: String,
    pub(in crate::server) data: Option<Value>,
    /// The status of the response, if this error is its only content.
    pub(in crate::server) status: StatusCode,
    /// The value of `WWW-Authenticate` of such a response, if a better token would help.
    pub(in crate::server) challenge: Option<Box<HeaderValue>>,
}

impl Error {
    fn new(code: i32, status: StatusCode, message: impl Into<String>) -> Self {
        Error { code, message: message.into(), data: None, status, challenge: None }
    }

    fn with(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    pub(in crate::server) fn parse(message: impl Into<String>) -> Self {
        Error::new(code::PARSE_ERROR, StatusCode::BAD_REQUEST, message)
    }

    pub(in crate::server) fn invalid_request(message: impl Into<String>) -> Self {
        Error::new(code::INVALID_REQUEST, StatusCode::BAD_REQUEST, message)
    }

    /// The parameters do not fit the method. The HTTP request itself is fine, so its status is 200.
    pub(in crate::server) fn invalid_params(message: impl Into<String>) -> Self {
        Error::new(code::INVALID_PARAMS, StatusCode::OK, message)
    }

    pub(in crate::server) fn unknown(kind: &str, name: &str) -> Self {
        Error::invalid_params(format!("Unknown {kind}: {name}"))
    }

    /// No resource has this address. Revisions before 2026-07-28 have another code for it.
    pub(in crate::server) fn resource_not_found(is_stateless: bool, uri: &str) -> Self {
        let code = if is_stateless { code::INVALID_PARAMS } else { code::RESOURCE_NOT_FOUND };
        Error::new(code, StatusCode::OK, format!("Resource not found: {uri}")).with(json!({ "uri": uri }))
    }

    /// An error with the code that a function chose.
    pub(in crate::server) fn of_function(code: i32, message: impl Into<String>) -> Self {
        Error::new(code, StatusCode::OK, message)
    }

    pub(in crate::server) fn internal(message: impl Into<String>) -> Self {
        Error::new(code::INTERNAL_ERROR, StatusCode::OK, message)
    }

    /// The server has no such method. Since 2026-07-28 the status is 404.
    pub(in crate::server) fn unknown_method(is_stateless: bool, method: &str) -> Self {
        let status = if is_stateless { StatusCode::NOT_FOUND } else { StatusCode::OK };
        Error::new(code::METHOD_NOT_FOUND, status, format!("Method not found: {method}"))
    }

    /// The `_meta` of a request lacks a member that 2026-07-28 requires.
    pub(in crate::server) fn incomplete_meta(message: impl Into<String>) -> Self {
        Error::new(code::INVALID_PARAMS, StatusCode::BAD_REQUEST, message)
    }

    /// A header differs from the body.
    pub(in crate::server) fn header_mismatch(message: impl Into<String>) -> Self {
        Error::new(code::HEADER_MISMATCH, StatusCode::BAD_REQUEST, message)
    }

    /// The client did not declare the `capabilities` that the request needs.
    pub(in crate::server) fn missing_capability(capabilities: Value) -> Self {
        let message = format!("The request needs a client with these capabilities: {capabilities}");
        let data = json!({ "requiredCapabilities": capabilities });
        Error::new(code::MISSING_CAPABILITY, StatusCode::BAD_REQUEST, message).with(data)
    }

    pub(in crate::server) fn unsupported_version(requested: &str, supported: &[&str]) -> Self {
        let message = format!("Unsupported protocol version: {requested}; supported: {}", supported.join(", "));
        let data = json!({ "supported": supported, "requested": requested });
        Error::new(code::UNSUPPORTED_VERSION, StatusCode::BAD_REQUEST, message).with(data)
    }

    /// The token of a request lacks a scope (specification 2026-07-28: `basic/authorization`, "Scope Challenge Handling").
    pub(in crate::server) fn insufficient_scope(message: impl Into<String>, challenge: HeaderValue) -> Self {
        Error { challenge: Some(Box::new(challenge)), ..Error::transport(StatusCode::FORBIDDEN, message) }
    }

    /// A limit of the server is reached.
    pub(in crate::server) fn overloaded(message: impl Into<String>) -> Self {
        let message = message.into();
        Refusal::Limit.log(format_args!("a request is refused: {message}"));
        Error::new(code::INTERNAL_ERROR, StatusCode::SERVICE_UNAVAILABLE, message)
    }

    /// A refusal of the transport.
    pub(in crate::server) fn transport(status: StatusCode, message: impl Into<String>) -> Self {
        Error::new(code::TRANSPORT, status, message)
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        Error::overloaded(full.to_string())
    }
}
