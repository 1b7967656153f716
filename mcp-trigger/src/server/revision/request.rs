//! A request to `/mcp`, with all that is known of whoever sent it.

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

/// A request of HTTP, which stays as long as somebody works on what came with it.
pub(in crate::server) struct Received {
    pub(in crate::server) headers: HeaderMap,
    /// The revision that the headers name.
    pub(in crate::server) said: DeclaredRevision,
    pub(in crate::server) body: Bytes,
}

/// A request of JSON-RPC, with what its headers and whoever sent it say.
pub(in crate::server) struct Request<'a> {
    pub(in crate::server) received: &'a Arc<Received>,
    pub(in crate::server) revision: Revision,
    /// As the JSON text it was: an answer repeats it.
    pub(in crate::server) id: &'a RawValue,
    pub(in crate::server) method: Method,
    /// What the method is called with; nothing if it is called with nothing.
    pub(in crate::server) params: RawObject<'a>,
    /// What tells the progress of this request from others', if the client wants to hear of it.
    pub(in crate::server) progress_token: Option<&'a RawValue>,
    pub(in crate::server) sender: Sender,
    /// Whether the client reads event streams.
    pub(in crate::server) streams: bool,
}

impl<'a> Request<'a> {
    /// A part of it, to be kept.
    pub(in crate::server) fn part(&self, json: &RawValue) -> JsonText {
        JsonText::part(&self.received.body, json)
    }

    pub(in crate::server) fn headers(&self) -> &'a HeaderMap {
        &self.received.headers
    }
}

/// What a client says of itself.
#[derive(Clone, Debug, Default)]
pub(in crate::server) struct Sender {
    /// MCP's `Implementation`.
    pub(in crate::server) info: Option<JsonText>,
    /// MCP's `ClientCapabilities`.
    pub(in crate::server) capabilities: Option<JsonText>,
    /// From which level on it wants to read what functions log.
    pub(in crate::server) log_level: Option<LogLevel>,
}

impl Sender {
    /// Its name and version, if it told them.
    pub(in crate::server) fn client_info(&self) -> Option<ClientInfo> {
        serde_json::from_str(self.info.as_ref()?.get()).ok()
    }
}

const PRINCIPAL_ID: HeaderName = HeaderName::from_static("x-ms-client-principal-id");

/// Whom the platform has signed in, if anybody: what its client was given is for nobody else.
pub(in crate::server) fn principal_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(PRINCIPAL_ID).and_then(|id| id.to_str().ok())
}

/// The parameters of a message, or nothing.
///
/// # Errors
///
/// When they are not an object.
pub(in crate::server) fn params(params: Params<'_>) -> Result<RawObject<'_>, Error> {
    match params {
        Params::None => Ok(RawObject::default()),
        Params::Named(params) => Ok(params),
        Params::Other => Err(Error::invalid_params("`params` has to be an object")),
    }
}

/// The members of a value, such as `_meta`, as far as it is an object.
pub(in crate::server) fn members(value: Option<&RawValue>) -> RawObject<'_> {
    value.and_then(|value| RawObject::parse(value.get()).ok()).unwrap_or_default()
}

/// The progress token in `_meta`: a string or a number (specification 2025-11-25: `schema`, `ProgressToken`).
///
/// # Errors
///
/// If the token is something else, on revisions that say how a `_meta` has to look. Earlier ones leave such tokens out.
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
