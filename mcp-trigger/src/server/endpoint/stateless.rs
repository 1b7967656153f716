//! Requests since 2026-07-28. Each is complete in itself: its `_meta` has the revision and the client, and headers repeat them for
//! gateways (specification 2026-07-28: `basic`, `basic/transports/streamable-http`).

use crate::server::McpServer;
use crate::server::message::Error;
use crate::server::methods::Answering;
use crate::server::revision::header_parameters::unwrapped;
use crate::server::revision::request::{Received, Request, Sender, members, params, progress_token, text};
use crate::server::revision::{DeclaredRevision, REVISION_HEADER, Revision};
use crate::server::transport::response;
use host_protocol::json::RawObject;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use mcp_trigger_core::http::Response;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::jsonrpc::{self, Message};
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::method::Method;
use std::sync::Arc;

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
const CLIENT: &str = "io.modelcontextprotocol/clientInfo";
const LOG_LEVEL: &str = "io.modelcontextprotocol/logLevel";

const METHOD_HEADER: HeaderName = HeaderName::from_static("mcp-method");
const NAME_HEADER: HeaderName = HeaderName::from_static("mcp-name");

/// Whether a message follows the rules of 2026-07-28: its `_meta` has a version, or the header declares a revision without a
/// handshake (specification 2026-07-28: `basic/versioning`).
pub(in crate::server) fn is_of_2026(declared: DeclaredRevision, message: &Message<'_>) -> bool {
    let params = match message {
        // Of a revision that nobody knows it may still be the beginning of a handshake.
        Message::Request(request)
            if request.method == Method::Initialize.as_str() && declared == DeclaredRevision::Unknown =>
        {
            &request.params
        }
        _ if declared.is_stateless() => return true,
        Message::Request(request) => &request.params,
        Message::Notification(notification) => &notification.params,
        Message::Response(_) => return false,
    };
    let params = params.named().ok().flatten();
    params.is_some_and(|params| members(params.get("_meta")).get(VERSION).is_some())
}

impl McpServer {
    pub(in crate::server) async fn respond_stateless(
        self: &Arc<Self>,
        received: &Arc<Received>,
        message: Message<'_>,
        streams: bool,
    ) -> Response {
        let request = match message {
            Message::Request(request) => request,
            // There is nothing that a client could tell.
            Message::Notification(_) => return response::accepted(),
            Message::Response(_) => {
                return response::json(None, &Err(Error::invalid_request("Invalid Request: nothing was asked")));
            }
        };
        let id = request.id;
        match self.start_stateless(request, received, streams) {
            Ok(Started::Request(Answering::Done(answer))) => response::json(Some(id.get()), &answer),
            Ok(Started::Request(Answering::Pending(pending))) => self.respond_later(id, pending, received).await,
            Ok(Started::Listening(response)) => response,
            Err(error) => response::json(Some(id.get()), &Err(error)),
        }
    }

    fn start_stateless(
        self: &Arc<Self>,
        request: jsonrpc::Request<'_>,
        received: &Arc<Received>,
        streams: bool,
    ) -> Result<Started, Error> {
        let jsonrpc::Request { id, method, params } = request;
        let params = self::params(params)?;
        let meta = members(params.get("_meta"));
        let sender = sender(received, &meta)?;
        let known = Method::parse(&method);
        if !received.head.is_stdio {
            check_headers(&received.head.headers, &method, known, &params)?;
        }
        let progress_token = progress_token(&meta, true)?;
        let Some(method) = known else { return Err(Error::unknown_method(true, &method)) };
        let revision = Revision::V2026_07_28;
        let request = Request { received, revision, id, method, params, progress_token, sender, streams };
        if method == Method::SubscriptionsListen {
            return self.listen(&request).map(Started::Listening);
        }
        Ok(Started::Request(self.start(&request, None)))
    }
}

/// A request that was started.
enum Started {
    Request(Answering),
    Listening(Response),
}

/// Reads the sender of a request.
///
/// # Errors
///
/// If `_meta` lacks a required member, differs from the headers, or names an unknown revision.
fn sender(received: &Received, meta: &RawObject<'_>) -> Result<Sender, Error> {
    let Some(version) = text(meta, VERSION) else {
        return Err(Error::incomplete_meta(format!("`params._meta` lacks `{VERSION}`")));
    };
    match received.head.headers.get(REVISION_HEADER).map(|header| header.as_bytes().trim_ascii()) {
        None if received.head.is_stdio => {}
        None => return Err(Error::header_mismatch("the header MCP-Protocol-Version is missing")),
        Some(header) if header != version.as_bytes() => {
            let header = String::from_utf8_lossy(header);
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
        return Err(Error::unsupported_version(&version, &Revision::names()));
    }
    let log_level = match meta.get(LOG_LEVEL) {
        None => None,
        Some(_) => Some(
            text(meta, LOG_LEVEL)
                .and_then(|level| LogLevel::parse(&level))
                .ok_or_else(|| Error::incomplete_meta(format!("`{LOG_LEVEL}` has to be one of MCP's log levels")))?,
        ),
    };
    let part = |json| JsonText::part(&received.body, json);
    Ok(Sender { info: meta.get(CLIENT).map(part), capabilities: Some(part(capabilities)), log_level })
}

/// Checks that the headers repeat the method and the name in the body.
///
/// # Errors
///
/// If a header is missing or differs.
fn check_headers(
    headers: &HeaderMap,
    method: &str,
    known: Option<Method>,
    params: &RawObject<'_>,
) -> Result<(), Error> {
    match headers.get(METHOD_HEADER).map(|declared| declared.as_bytes().trim_ascii()) {
        None => return Err(Error::header_mismatch("the header Mcp-Method is missing")),
        Some(declared) if declared != method.as_bytes() => {
            let declared = String::from_utf8_lossy(declared);
            return Err(Error::header_mismatch(format!(
                "the header Mcp-Method is `{declared}`, but the method is `{method}`"
            )));
        }
        Some(_) => {}
    }
    let Some(member) = known.and_then(Method::name_parameter) else { return Ok(()) };
    let Some(name) = text(params, member) else { return Ok(()) };
    match headers.get(NAME_HEADER) {
        None => Err(Error::header_mismatch("the header Mcp-Name is missing")),
        Some(declared) => match std::str::from_utf8(declared.as_bytes()).ok().and_then(unwrapped) {
            Some(declared) if declared == name => Ok(()),
            _ => {
                let declared = String::from_utf8_lossy(declared.as_bytes());
                Err(Error::header_mismatch(format!("the header Mcp-Name is `{declared}`, but `{member}` is `{name}`")))
            }
        },
    }
}
