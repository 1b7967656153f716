//! Requests since 2026-07-28: each says all that has to be known of it, in its `_meta` and once more in headers, by which
//! gateways route (specification 2026-07-28: `basic`, `basic/transports/streamable-http`).

use super::McpServer;
use super::endpoint::meta;
use super::error::Error;
use super::methods::Work;
use super::methods::supported_versions;
use super::reply;
use super::request::{LogLevel, Request, Sender, params, text};
use super::revision::Revision;
use crate::http::Response;
use crate::mcp::jsonrpc::Message;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::HeaderMap;
use hyper::header::HeaderName;
use serde_json::value::RawValue;
use std::sync::Arc;

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const CLIENT: &str = "io.modelcontextprotocol/clientInfo";
const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

pub(super) const VERSION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD_HEADER: HeaderName = HeaderName::from_static("mcp-method");
const NAME_HEADER: HeaderName = HeaderName::from_static("mcp-name");

/// Whether a message goes by these rules: its `_meta` has a version, or the header names one that is not of those with a
/// handshake (specification 2026-07-28: `basic/versioning`).
pub(super) fn is_of_2026(headers: &HeaderMap, message: Option<&Message<'_>>) -> bool {
    if let Some(version) = headers.get(VERSION_HEADER).map(|version| version.to_str().unwrap_or_default().trim()) {
        match Revision::parse(version) {
            Some(revision) if !revision.is_stateless() => {}
            Some(_) => return true,
            // What nobody knows is of the future, unless it is part of a handshake.
            None => return !matches!(message, Some(Message::Request(request)) if request.method == "initialize"),
        }
    }
    let params = match message {
        Some(Message::Request(request)) => request.params,
        Some(Message::Notification(notification)) => notification.params,
        Some(Message::Response(_)) | None => None,
    };
    // Most messages of others do not even hold the words.
    let params = params.filter(|params| params.get().contains(VERSION));
    meta(params).is_some_and(|meta| meta.get(VERSION).is_some())
}

impl McpServer {
    pub(super) async fn respond_modern(
        self: &Arc<Self>,
        headers: HeaderMap,
        message: Option<Message<'_>>,
        streams: bool,
    ) -> Response {
        let request = match message {
            Some(Message::Request(request)) => request,
            // There is nothing that a client could tell.
            Some(Message::Notification(_)) => return reply::accepted(),
            Some(Message::Response(_)) => {
                return reply::json(None, &Err(Error::invalid_request("Invalid Request: nothing was asked")));
            }
            None => return reply::json(None, &Err(Error::invalid_request("Invalid Request: not JSON-RPC 2.0"))),
        };
        let id = request.id;
        let sender = match sender(&headers, request.params).and_then(|sender| {
            check_headers(&headers, &request.method, request.params)?;
            Ok(sender)
        }) {
            Ok(sender) => sender,
            Err(error) => return reply::json(Some(id.get()), &Err(error)),
        };
        let request = Request {
            revision: Revision::V2026_07_28,
            id: id.to_owned(),
            method: request.method,
            params: request.params.map(ToOwned::to_owned),
            headers,
            sender,
            streams,
        };
        if request.method == "subscriptions/listen" {
            return self.listen(&request);
        }
        match self.start(request, None) {
            Work::Done(answer) => reply::json(Some(id.get()), &answer),
            Work::Running(exchange) => exchange.respond().await,
        }
    }
}

/// What the sender of a request says of itself.
fn sender(headers: &HeaderMap, params: Option<&RawValue>) -> Result<Sender, Error> {
    let meta = meta(params);
    let header = headers.get(VERSION_HEADER).map(|version| version.to_str().unwrap_or_default().trim());
    let Some(meta) = meta else { return Err(Error::incomplete_meta("`params._meta` is missing")) };
    let Some(version) = text(&meta, VERSION) else {
        return Err(Error::incomplete_meta(format!("`params._meta` lacks `{VERSION}`")));
    };
    match header {
        None => return Err(Error::header_mismatch("the header MCP-Protocol-Version is missing")),
        Some(header) if header != version => {
            return Err(Error::header_mismatch(format!(
                "the header MCP-Protocol-Version is `{header}`, but `{VERSION}` is `{version}`"
            )));
        }
        Some(_) => {}
    }
    let Some(capabilities) = meta.get(CAPABILITIES).filter(|value| value.get().starts_with('{')) else {
        return Err(Error::incomplete_meta(format!("`params._meta` lacks `{CAPABILITIES}`")));
    };
    if !Revision::parse(&version).is_some_and(Revision::is_stateless) {
        return Err(Error::unsupported_version(&version, &supported_versions()));
    }
    let log_level = match meta.get(LOG_LEVEL) {
        None => None,
        Some(_) => Some(
            text(&meta, LOG_LEVEL)
                .and_then(|level| LogLevel::parse(&level))
                .ok_or_else(|| Error::incomplete_meta(format!("`{LOG_LEVEL}` has to be one of MCP's log levels")))?,
        ),
    };
    Ok(Sender {
        info: meta.get(CLIENT).and_then(|info| serde_json::from_str(info.get()).ok()),
        capabilities: Some(capabilities.to_owned()),
        log_level,
    })
}

/// Whether the headers say what the body says.
fn check_headers(headers: &HeaderMap, method: &str, params: Option<&RawValue>) -> Result<(), Error> {
    let said = |name: &HeaderName| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()));
    match said(&METHOD_HEADER) {
        None => return Err(Error::header_mismatch("the header Mcp-Method is missing")),
        Some(said) if said.trim() != method => {
            return Err(Error::header_mismatch(format!(
                "the header Mcp-Method is `{said}`, but the method is `{method}`"
            )));
        }
        Some(_) => {}
    }
    let member = match method {
        "tools/call" | "prompts/get" => "name",
        "resources/read" => "uri",
        "tasks/get" | "tasks/update" | "tasks/cancel" => "taskId",
        _ => return Ok(()),
    };
    let Some(name) = self::params(params).and_then(|params| text(&params, member)) else { return Ok(()) };
    match said(&NAME_HEADER) {
        None => Err(Error::header_mismatch("the header Mcp-Name is missing")),
        Some(said) => match unwrapped(&said) {
            Some(said) if said == name => Ok(()),
            _ => Err(Error::header_mismatch(format!("the header Mcp-Name is `{said}`, but `{member}` is `{name}`"))),
        },
    }
}

/// The value of a header that may be wrapped, for what headers cannot hold; `None` if it is wrapped wrongly.
pub(super) fn unwrapped(value: &str) -> Option<String> {
    let value = value.trim();
    let Some(inner) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(value.to_owned());
    };
    String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok()
}
