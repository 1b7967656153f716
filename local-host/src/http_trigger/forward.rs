//! Requests that are forwarded to the handler without an invocation: as a whole, or piece by piece.

use super::exchange::has_content;
use crate::invoker::InvokeError;
use crate::recorded_host::{AGENT, INVOCATION_ID, VERSION, VERSION_HEADER};
use host_protocol::http_trigger::RequestPath;
use host_protocol::invocation::Query;
use http_body_util::Limited;
use hyper::body::Incoming;
use hyper::header::{
    ALLOW, CONNECTION, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_LOCATION,
    CONTENT_RANGE, CONTENT_TYPE, EXPECT, EXPIRES, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, Body, Limits, Response};
use mcp_trigger_core::ids;
use mcp_trigger_core::task;
use std::sync::Arc;

/// Forwards HTTP requests to a handler.
#[async_trait::async_trait]
pub trait Forward: Send + Sync {
    /// Sends a request to the handler and gives its response as soon as the response's head is there.
    ///
    /// The request's target is path and query. Its headers, `Host` included, are those that the handler has to see. If
    /// the handler is not ready, this waits for it. If the client goes away, this future or the body of the response
    /// is dropped, and the handler should see its connection closed.
    ///
    /// # Errors
    ///
    /// If there is no response.
    async fn forward(
        &self,
        function: &str,
        request: Request<RequestBody>,
    ) -> Result<hyper::Response<Incoming>, InvokeError>;
}

/// The body of a request on its way to a handler. Reading fails if the body is longer than the host allows.
pub type RequestBody = Limited<Incoming>;

/// How requests are forwarded to the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarding {
    /// `enableForwardingHttpRequest` in host.json: the client gets the response when all of it is there. The query is
    /// written anew, and a chunked body is refused.
    Buffered,
    /// `enableProxyingHttpRequest` in host.json, which newer hosts know: both bodies pass piece by piece, so that
    /// event streams work.
    Streamed,
}

/// The target of a forwarded request.
#[derive(Clone, Copy)]
pub(super) struct ForwardTarget<'a> {
    pub(super) function: &'a str,
    pub(super) path: &'a RequestPath,
    /// The limit of the request body, in bytes.
    pub(super) limit: usize,
}

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-ms-invocation-id");

/// Headers that .NET counts as headers of the content, and loses on the way (`ToHttpRequestMessage` in the host).
const LOST: [HeaderName; 9] = [
    ALLOW,
    CONTENT_DISPOSITION,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_LOCATION,
    CONTENT_RANGE,
    EXPIRES,
    LAST_MODIFIED,
    HeaderName::from_static("content-md5"),
];

/// Headers of one connection, which the proxy of the host (YARP) does not pass on.
const OF_CONNECTION: [HeaderName; 9] = [
    CONNECTION,
    TRANSFER_ENCODING,
    UPGRADE,
    TE,
    EXPECT,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// The limit of a response that is sent as a whole, in bytes: the most that .NET holds in memory.
const RESPONSE_LIMIT: usize = i32::MAX as usize;

/// Forwards a request.
pub(super) async fn respond(
    forward: &Arc<dyn Forward>,
    forwarding: Forwarding,
    target: ForwardTarget<'_>,
    request: Request<Incoming>,
) -> Response {
    // ground-truth.md §6: "all methods but unknown ones (400)".
    let is_known = matches!(
        *request.method(),
        Method::GET
            | Method::POST
            | Method::PUT
            | Method::DELETE
            | Method::HEAD
            | Method::OPTIONS
            | Method::PATCH
            | Method::TRACE
            | Method::CONNECT
    );
    if !is_known {
        return http::empty(StatusCode::BAD_REQUEST);
    }
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > target.limit as u64) {
        http::Refusal::Length.log(format_args!("a body is refused: it is longer than {} bytes", target.limit));
        return http::empty(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match forwarding {
        Forwarding::Buffered => buffered(forward, target, request).await,
        Forwarding::Streamed => streamed(forward, target, request).await,
    }
}

async fn buffered(forward: &Arc<dyn Forward>, target: ForwardTarget<'_>, mut request: Request<Incoming>) -> Response {
    if request.headers().contains_key(TRANSFER_ENCODING) {
        tracing::error!(
            "{}: a body in chunks cannot be forwarded by the host; a client has to tell its length, or the app to set \
             enableProxyingHttpRequest",
            target.function
        );
        return http::empty(StatusCode::INTERNAL_SERVER_ERROR);
    }
    let has_content = has_content(request.headers());
    let headers = request.headers_mut();
    for name in LOST.iter().chain((!has_content).then_some(&CONTENT_TYPE)) {
        headers.remove(name);
    }
    headers.remove(EXPECT);
    headers.append(VERSION_HEADER, VERSION);
    headers.extend(HeaderValue::try_from(ids::guid()).map(|id| (INVOCATION_ID, id)));
    let agent = headers.get(USER_AGENT).map(|agent| [agent.as_bytes(), b" ", AGENT.as_bytes()].concat());
    let agent = agent.and_then(|agent| HeaderValue::from_bytes(&agent).ok());
    headers.insert(USER_AGENT, agent.unwrap_or(HeaderValue::from_static(AGENT)));
    let query = request.uri().query().map(|query| Query::parse(query).to_string()).unwrap_or_default();
    let is_head = *request.method() == Method::HEAD;
    let request = match aimed(request, target, &target.path.rebuilt(), &query) {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };

    // A task of its own: the handler is not told when the client is gone (ground-truth.md §6).
    let (forward, function) = (Arc::clone(forward), target.function.to_owned());
    let exchange = task::complete(async move {
        let (mut head, body) = forward.forward(&function, request).await?.into_parts();
        let body =
            http::read_body(body, Limits { bytes: RESPONSE_LIMIT, pause: None }, || None).await.map_err(|error| {
                InvokeError::new(match error {
                    http::BodyError::TooLarge => "its response is longer than 2 GiB",
                    http::BodyError::Incomplete | http::BodyError::Stalled | http::BodyError::Full(_) => {
                        "it stopped in the middle of its response"
                    }
                })
            })?;
        head.headers.remove(TRANSFER_ENCODING);
        // That of a response without its body is of the body that there would be.
        if !is_head {
            head.headers.remove(CONTENT_LENGTH);
        }
        Ok::<_, InvokeError>(Response::from_parts(head, Body::sized(body)))
    });
    let response = exchange.await.unwrap_or_else(|error| Err(InvokeError::new(error.to_string())));
    response.unwrap_or_else(|error| failed(target.function, &error, StatusCode::INTERNAL_SERVER_ERROR))
}

async fn streamed(forward: &Arc<dyn Forward>, target: ForwardTarget<'_>, mut request: Request<Incoming>) -> Response {
    let headers = request.headers_mut();
    strip(headers);
    headers.insert(VERSION_HEADER, VERSION);
    if let Ok(id) = HeaderValue::try_from(ids::guid()) {
        headers.insert(INVOCATION_ID, id.clone());
        headers.insert(CORRELATION_ID, id);
    }
    let query = request.uri().query().unwrap_or_default().to_owned();
    // The host's proxy encodes what the host has decoded: `..%5C` stays (recorded: worker/http.jsonl, "path with %5c").
    let request = match aimed(request, target, target.path, &query) {
        Ok(request) => request,
        Err(refusal) => return refusal,
    };
    match forward.forward(target.function, request).await {
        Ok(response) => {
            let (mut head, body) = response.into_parts();
            strip(&mut head.headers);
            Response::from_parts(head, Body::Incoming(Box::new(body)))
        }
        Err(error) => failed(target.function, &error, StatusCode::BAD_GATEWAY),
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in &OF_CONNECTION {
        headers.remove(name);
    }
}

/// The request with another path and query, and a limited body.
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
fn aimed(
    request: Request<Incoming>,
    target: ForwardTarget<'_>,
    path: &RequestPath,
    query: &str,
) -> Result<Request<RequestBody>, Response> {
    let mark = if query.is_empty() { "" } else { "?" };
    let (head, body) = request.into_parts();
    let mut aimed = Request::new(Limited::new(body, target.limit));
    let uri = format!("{path}{mark}{query}");
    *aimed.uri_mut() = uri.parse().map_err(|_| http::empty(StatusCode::BAD_REQUEST))?;
    *aimed.method_mut() = head.method;
    *aimed.headers_mut() = head.headers;
    Ok(aimed)
}

fn failed(function: &str, error: &InvokeError, status: StatusCode) -> Response {
    tracing::error!("{function}: {error}");
    http::empty(status)
}
