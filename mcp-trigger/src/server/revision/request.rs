//! A request to `/mcp`, and its sender.

use crate::server::message::Error;
use crate::server::revision::{DeclaredRevision, Revision};
use bytes::Bytes;
use host_protocol::invocation::ClientInfo;
use host_protocol::json::RawObject;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::method::Method;
use mcp_trigger_core::mcp::params::Params;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// An HTTP request. Parts of its body are shared, and live as long as the work on it.
pub(in crate::server) struct Received {
    pub(in crate::server) headers: HeaderMap,
    /// The revision in the headers.
    pub(in crate::server) declared: DeclaredRevision,
    pub(in crate::server) body: Bytes,
}

/// A JSON-RPC request, with its revision and its sender.
pub(in crate::server) struct Request<'a> {
    pub(in crate::server) received: &'a Arc<Received>,
    pub(in crate::server) revision: Revision,
    /// The id as JSON text, which the answer repeats.
    pub(in crate::server) id: &'a RawValue,
    pub(in crate::server) method: Method,
    /// The parameters; empty if the request has none.
    pub(in crate::server) params: RawObject<'a>,
    /// The token of progress notifications, if the client wants them.
    pub(in crate::server) progress_token: Option<&'a RawValue>,
    pub(in crate::server) sender: Sender,
    /// Whether the client reads event streams.
    pub(in crate::server) streams: bool,
}

impl<'a> Request<'a> {
    /// A part of the body, which can be kept.
    pub(in crate::server) fn part(&self, json: &RawValue) -> JsonText {
        JsonText::part(&self.received.body, json)
    }

    pub(in crate::server) fn headers(&self) -> &'a HeaderMap {
        &self.received.headers
    }
}

/// The sender of a request.
#[derive(Clone, Debug, Default)]
pub(in crate::server) struct Sender {
    /// MCP's `Implementation`.
    pub(in crate::server) info: Option<JsonText>,
    /// MCP's `ClientCapabilities`.
    pub(in crate::server) capabilities: Option<JsonText>,
    /// The lowest level of log lines that the client wants.
    pub(in crate::server) log_level: Option<LogLevel>,
}

impl Sender {
    /// The name and version of the client, if it sent them.
    pub(in crate::server) fn client_info(&self) -> Option<ClientInfo> {
        serde_json::from_str(self.info.as_ref()?.get()).ok()
    }
}

const PRINCIPAL_ID: HeaderName = HeaderName::from_static("x-ms-client-principal-id");

/// The id of the signed-in caller, if the platform sends one. Sessions and request states belong to it.
pub(in crate::server) fn principal_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(PRINCIPAL_ID).and_then(|id| id.to_str().ok())
}

/// The parameters of a message; empty if it has none.
///
/// # Errors
///
/// If the parameters are not an object.
pub(in crate::server) fn params(params: Params<'_>) -> Result<RawObject<'_>, Error> {
    match params {
        Params::None => Ok(RawObject::default()),
        Params::Named(params) => Ok(params),
        Params::Other => Err(Error::invalid_params("`params` has to be an object")),
    }
}

/// The members of a value such as `_meta`; empty if it is not an object.
pub(in crate::server) fn members(value: Option<&RawValue>) -> RawObject<'_> {
    value.and_then(|value| RawObject::parse(value.get()).ok()).unwrap_or_default()
}

/// The progress token in `_meta`: a string or a number (specification 2025-11-25: `schema`, `ProgressToken`).
///
/// # Errors
///
/// If the token is something else, since 2026-07-28. On earlier revisions such a token is ignored.
pub(in crate::server) fn progress_token<'a>(
    meta: &RawObject<'a>,
    is_stateless: bool,
) -> Result<Option<&'a RawValue>, Error> {
    let Some(token) = meta.get("progressToken") else { return Ok(None) };
    match token.get().as_bytes() {
        b"null" => Ok(None),
        [b'"' | b'-' | b'0'..=b'9', ..] => Ok(Some(token)),
        _ if is_stateless => Err(Error::incomplete_meta("`_meta.progressToken` has to be text or a number")),
        _ => Ok(None),
    }
}

/// A member that is a string.
pub(in crate::server) fn text<'a>(object: &RawObject<'a>, name: &str) -> Option<Cow<'a, str>> {
    object.string(name)
}
