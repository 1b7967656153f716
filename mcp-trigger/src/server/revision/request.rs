//! A request to `/mcp`, and its sender.

use crate::function::principal::Trust;
use crate::server::message::Error;
use crate::server::revision::{DeclaredRevision, Identity, Revision, SignedIn};
use bytes::Bytes;
use host_protocol::invocation::ClientInfo;
use host_protocol::json::{RawObject, string};
use hyper::HeaderMap;
use hyper::http::request::Parts;
use mcp_trigger_core::http::Admitted;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::jsonrpc::TEXT;
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::method::Method;
use mcp_trigger_core::mcp::params::Params;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

/// An HTTP request. Parts of its body are shared, and live as long as the work on it.
pub(in crate::server) struct Received {
    pub(in crate::server) head: RequestHead,
    pub(in crate::server) body: Bytes,
}

/// The head of an HTTP request, with its sender as far as the head tells.
pub(in crate::server) struct RequestHead {
    pub(in crate::server) headers: HeaderMap,
    /// The revision in the headers.
    pub(in crate::server) declared: DeclaredRevision,
    /// The address at the other end of the connection.
    pub(in crate::server) from: IpAddr,
    /// Whether the message came as a line, and not over HTTP: then no header repeats what is in the message.
    pub(in crate::server) is_stdio: bool,
    /// The sender as a gate knows it.
    admitted: Option<Admitted>,
    signed_in: OnceLock<Arc<Option<SignedIn>>>,
}

impl RequestHead {
    pub(in crate::server) fn new(headers: HeaderMap, declared: DeclaredRevision, from: IpAddr) -> Self {
        RequestHead { headers, declared, from, is_stdio: false, admitted: None, signed_in: OnceLock::new() }
    }

    /// The head of a request over HTTP.
    pub(in crate::server) fn of_http(parts: Parts, declared: DeclaredRevision, from: IpAddr) -> Self {
        let Parts { headers, mut extensions, .. } = parts;
        RequestHead { admitted: extensions.remove(), ..RequestHead::new(headers, declared, from) }
    }

    /// The signed-in caller, who is read from the headers once.
    pub(in crate::server) fn signed_in(&self, trust: Trust) -> Option<&SignedIn> {
        // Most apps have no sign-in, and need not read the headers.
        if trust == Trust::Ignored {
            return None;
        }
        let read = || SignedIn::read(&self.headers, trust);
        let signed_in = self.signed_in.get_or_init(|| match &self.admitted {
            Some(admitted) => admitted.remember(read),
            None => Arc::new(read()),
        });
        Option::as_ref(signed_in)
    }

    /// The identity of the signed-in caller.
    pub(in crate::server) fn identity(&self, trust: Trust) -> Option<&Identity> {
        self.signed_in(trust).map(|caller| &caller.identity)
    }
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

    pub(in crate::server) fn head(&self) -> &'a RequestHead {
        &self.received.head
    }

    pub(in crate::server) fn headers(&self) -> &'a HeaderMap {
        &self.received.head.headers
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

/// The greatest length of a progress token, in bytes.
const TOKEN: usize = 1024;

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
        // It is a part of every notification.
        [b'"' | b'-' | b'0'..=b'9', ..] if token.get().len() <= TOKEN => Ok(Some(token)),
        _ if is_stateless => {
            let message = format!("`_meta.progressToken` has to be text or a number, of {TOKEN} bytes at most");
            Err(Error::incomplete_meta(message))
        }
        _ => Ok(None),
    }
}

/// A member that is a string, and no longer than [`TEXT`].
pub(in crate::server) fn text<'a>(object: &RawObject<'a>, name: &str) -> Option<Cow<'a, str>> {
    object.get(name).filter(|text| text.get().len() <= TEXT).and_then(string)
}

/// A member that has to be a string, and no longer than [`TEXT`]. `place` names the member in the error.
///
/// # Errors
///
/// If the member is missing, or something else.
pub(in crate::server) fn required_text<'a>(
    object: &RawObject<'a>,
    name: &str,
    place: &str,
) -> Result<Cow<'a, str>, Error> {
    let message = || format!("`{place}` has to be text, of {TEXT} bytes at most");
    text(object, name).ok_or_else(|| Error::invalid_params(message()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;

    #[test]
    fn the_limits_are_documented() {
        assert_eq!((TEXT, TOKEN), (8 * 1024, 1024));
        assert_documented("names, addresses, cursors, ids of tasks", "8 KiB");
        assert_documented("progress token", "1 KiB");
    }
}
