//! HTTP requests to `/mcp`: origins, methods, headers and bodies, before MCP.

mod accounting;
mod batch;
mod exchange;
mod handshake;
mod origin;
mod routes;
mod standalone;
mod stateless;
mod subscriptions;
mod well_known;

pub(in crate::server) use origin::Origins;
#[cfg(feature = "worker")]
pub(crate) use routes::WELL_KNOWN;
pub(crate) use routes::{FUNCTION, routed};
#[cfg(feature = "local")]
pub(in crate::server) use stateless::is_of_2026;
pub(in crate::server) use subscriptions::changing;

use crate::server::message::Error;
use crate::server::revision::request::{Received, RequestHead};
use crate::server::revision::{DeclaredRevision, REVISION_HEADER, SignedIn};
use crate::server::transport::response::{self, refusal};
use crate::server::{McpServer, PATH};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, BodyError, Refusal, Response};
use mcp_trigger_core::mcp::jsonrpc::{Message, VALUES, has_more_values_than, is_deeper_than};
use mcp_trigger_core::task;
use serde_json::value::RawValue;
use std::net::IpAddr;
use std::sync::Arc;

/// Whether a path is the endpoint's, in any case: the Functions host ignores the case of paths.
pub(crate) fn answers(path: &str) -> bool {
    path.trim_end_matches('/').eq_ignore_ascii_case(PATH)
}

/// The message for a page of an origin that is not allowed.
const FOREIGN_PAGE: &str = "the header Origin names a page that may not send requests here; allow its origin with `McpOptions::allow_origin`, \
                            or on a developer's machine with `Host.CORS` in local.settings.json";

/// How deep the JSON of a body may be nested. Reading it takes stack.
const DEPTH: usize = 128;

impl McpServer {
    /// Answers a request to the endpoint, which came `from` an address. `refuse` returns a response for a request without a valid
    /// key.
    pub(crate) async fn respond(
        self: &Arc<Self>,
        request: Request<Incoming>,
        from: IpAddr,
        refuse: impl FnOnce(&Request<Incoming>) -> Option<Response>,
    ) -> Response {
        let Some(sender) = self.origins.sender(request.headers(), request.uri()) else {
            Refusal::Origin.log(format_args!("a request is refused: {FOREIGN_PAGE}"));
            return refusal(StatusCode::FORBIDDEN, FOREIGN_PAGE);
        };
        // A browser asks without any key.
        let response = match sender.preflight(&request) {
            Some(response) => response,
            None => match refuse(&request) {
                Some(refusal) => refusal,
                None => match self.admit(request).await {
                    Ok(request) => self.answer(request, from).await,
                    Err(refusal) => refusal,
                },
            },
        };
        sender.show(response)
    }

    /// Asks for a token where a gate does, and for a caller that has signed in where the platform sees to that.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    async fn admit(&self, request: Request<Incoming>) -> Result<Request<Incoming>, Response> {
        match &self.gate {
            // In a box: requests without a gate have no room for it in their futures.
            Some(gate) => Box::pin(gate.admit(request)).await,
            None if self.functions.sign_in && SignedIn::read(request.headers(), self.trust).is_none() => {
                let mut refused =
                    refusal(StatusCode::UNAUTHORIZED, "sign in: the request has no caller that App Service knows");
                refused.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                Err(refused)
            }
            None => Ok(request),
        }
    }

    /// The answer at `/.well-known/…`; `None` if a request is for something else.
    pub(crate) fn well_known<B>(&self, request: &Request<B>) -> Option<Response> {
        let path = request.uri().path();
        let metadata = || self.gate.as_ref()?.metadata(request);
        well_known::answers(path).then(|| metadata().unwrap_or_else(|| well_known::respond(path)))
    }

    async fn answer(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Response {
        match *request.method() {
            Method::POST => self.post(request, from).await.unwrap_or_else(|refusal| refusal),
            Method::GET | Method::DELETE => {
                let Head { accept, declared, .. } = Head::read(request.headers());
                let method = request.method().clone();
                let head = RequestHead::of_http(request.into_parts().0, declared, from);
                match method {
                    // Since 2026-07-28 there is nothing but POST.
                    _ if declared.is_stateless() => self.method_not_allowed(),
                    Method::GET => self.get(&head, accept.events),
                    _ => self.delete(&head),
                }
            }
            _ => self.method_not_allowed(),
        }
    }

    pub(in crate::server) fn method_not_allowed(&self) -> Response {
        let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
        let methods = if self.sessions.is_some() { "GET, POST, DELETE" } else { "POST" };
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        response
    }

    async fn post(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Result<Response, Response> {
        let Head { accept, is_json, declared } = Head::read(request.headers());
        if !accept.json {
            let message = "Not Acceptable: the client has to accept application/json and text/event-stream";
            return Err(refusal(StatusCode::NOT_ACCEPTABLE, message));
        }
        if !is_json {
            let message = "Unsupported Media Type: Content-Type has to be application/json";
            return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let (head, body) = request.into_parts();
        let head = RequestHead::of_http(head, declared, from);
        let body = http::read_body(body, self.limits, || Some(self.account(&head))).await;
        let body = body.map_err(|error| match error {
            BodyError::TooLarge => {
                let message = format!("the body is longer than {} bytes", self.limits.bytes);
                refusal(StatusCode::PAYLOAD_TOO_LARGE, &message)
            }
            BodyError::Incomplete => refusal(StatusCode::BAD_REQUEST, "the body ended too early"),
            BodyError::Stalled => http::closing(refusal(StatusCode::REQUEST_TIMEOUT, "the body came too slowly")),
            BodyError::Full(full) => http::closing(accounting::refused(None, full)),
        })?;
        Ok(self.respond_to_received(Arc::new(Received { head, body }), accept.events).await)
    }

    /// Responds to a message that was received. `streams` tells whether the client reads event streams.
    pub(in crate::server) async fn respond_to_received(
        self: &Arc<Self>,
        received: Arc<Received>,
        streams: bool,
    ) -> Response {
        if received.body.len() <= task::LONG {
            return self.respond_to_body(&received, streams).await;
        }
        let server = Arc::clone(self);
        let answering = async move { server.respond_to_body(&received, streams).await };
        // In a box: answers to short messages have no room for it in their futures.
        let answer = Box::pin(task::answer_long(None, answering)).await;
        answer.unwrap_or_else(|_| http::empty(StatusCode::INTERNAL_SERVER_ERROR))
    }

    async fn respond_to_body(self: &Arc<Self>, received: &Arc<Received>, streams: bool) -> Response {
        let response = self.answer_body(received, streams).await;
        let response = response.unwrap_or_else(|error| response::json(None, &Err(error)));
        self.charge_answer(response, received)
    }

    /// Answers the message, or the messages, in the body of a request.
    ///
    /// # Errors
    ///
    /// If the body holds no message.
    async fn answer_body(self: &Arc<Self>, received: &Arc<Received>, streams: bool) -> Result<Response, Error> {
        let text =
            std::str::from_utf8(&received.body).map_err(|_| Error::parse("Parse error: the body is not UTF-8"))?;
        if is_deeper_than(DEPTH, text) {
            return Err(Error::parse(format!("Parse error: the body is nested deeper than {DEPTH} levels")));
        }
        if has_more_values_than(VALUES, text) {
            return Err(Error::parse(format!("Parse error: the body has more than {VALUES} values")));
        }
        let declared = received.head.declared;
        let Some(message) = read_message(text) else {
            let json: &RawValue =
                serde_json::from_str(text).map_err(|error| Error::parse(format!("Parse error: {error}")))?;
            return if json.get().starts_with('[') && !declared.is_stateless() {
                Ok(self.respond_to_batch(received, json).await)
            } else {
                Err(Error::invalid_request(NO_MESSAGE))
            };
        };
        Ok(if stateless::is_of_2026(declared, &message) {
            self.respond_stateless(received, message, streams).await
        } else {
            self.respond_with_handshake(received, message, streams).await
        })
    }
}

/// The greatest length of the id and of the method of a message, in bytes.
const NAMES: usize = 1024;
/// The message for JSON that is no message.
const NO_MESSAGE: &str = "Invalid Request: not JSON-RPC 2.0, with an id and a method of 1024 bytes at most";

/// Reads a message.
fn read_message(text: &str) -> Option<Message<'_>> {
    let message = Message::read(text)?;
    let (id, method) = match &message {
        Message::Request(request) => (request.id.get(), &*request.method),
        Message::Notification(notification) => ("", &*notification.method),
        Message::Response(response) => (response.id.get(), ""),
    };
    (id.len() <= NAMES && method.len() <= NAMES).then_some(message)
}

/// The id of the request in a body, as JSON text. `None` if the body is not a single request.
pub(in crate::server) fn request_id(body: &[u8]) -> Option<&str> {
    match read_message(std::str::from_utf8(body).ok()?)? {
        Message::Request(request) => Some(request.id.get()),
        Message::Notification(_) | Message::Response(_) => None,
    }
}

/// The headers of a request that its message depends on.
struct Head {
    accept: Accept,
    is_json: bool,
    declared: DeclaredRevision,
}

impl Head {
    /// Reads the headers in one pass, which is faster than a look-up of each name.
    fn read(headers: &HeaderMap) -> Self {
        let (mut accept, mut is_json, mut declared) = (None::<Accept>, false, DeclaredRevision::Nothing);
        for (name, value) in headers {
            match name {
                name if name == ACCEPT => accept.get_or_insert_default().add(value),
                name if name == CONTENT_TYPE => is_json = self::is_json(value),
                name if name == REVISION_HEADER && declared == DeclaredRevision::Nothing => {
                    declared = DeclaredRevision::read(value);
                }
                _ => {}
            }
        }
        // A client has to accept both kinds of answers, but one that does not say so can be answered all the same.
        Head { accept: accept.unwrap_or(Accept { json: true, events: false }), is_json, declared }
    }
}

/// The kinds of responses that a client accepts.
#[derive(Clone, Copy, Default)]
struct Accept {
    json: bool,
    events: bool,
}

impl Accept {
    /// Adds one line of the header.
    fn add(&mut self, line: &HeaderValue) {
        // What the specification says, and nearly all clients send.
        if line == "application/json, text/event-stream" {
            (self.json, self.events) = (true, true);
            return;
        }
        for entry in line.to_str().unwrap_or_default().split(',') {
            match entry.split(';').next().unwrap_or_default().trim() {
                "*/*" => (self.json, self.events) = (true, true),
                kind if kind.eq_ignore_ascii_case("application/json") || kind == "application/*" => self.json = true,
                kind if kind.eq_ignore_ascii_case("text/event-stream") || kind == "text/*" => self.events = true,
                _ => {}
            }
        }
    }
}

fn is_json(content_type: &HeaderValue) -> bool {
    if content_type == "application/json" {
        return true;
    }
    let media_type = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;

    #[test]
    fn the_limits_are_documented() {
        assert_documented("depth of JSON", DEPTH);
        assert_documented("values in a body", "250,000");
        assert_eq!((VALUES, NAMES), (250_000, 1024));
        assert_documented("id and method of a message", "1 KiB");
    }
}
