//! HTTP responses: an answer as JSON, or a stream of events.

use crate::server::message::{Answer, Error, json_rpc};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use mcp_trigger_core::http::{self, Body, Response};

/// The response with an answer as JSON.
pub(in crate::server) fn json(id: Option<&str>, answer: &Answer) -> Response {
    let error = answer.as_ref().err();
    let mut response = http::json(error.map_or(StatusCode::OK, |error| error.status), json_rpc::answer(id, answer));
    let challenge = error.and_then(|error| error.challenge.clone());
    response.headers_mut().extend(challenge.map(|challenge| (WWW_AUTHENTICATE, *challenge)));
    response
}

/// The response to a notification or an answer of the client: 202 without a body.
pub(in crate::server) fn accepted() -> Response {
    http::empty(StatusCode::ACCEPTED)
}

/// The response that streams events.
pub(in crate::server) fn event_stream(body: Body) -> Response {
    const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// The refusal of a request whose message was not read.
pub(in crate::server) fn refusal(status: StatusCode, message: &str) -> Response {
    json(None, &Err(Error::transport(status, message)))
}
