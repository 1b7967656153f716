//! Responses of HTTP: an answer as JSON, or a stream of events.

use crate::server::message::{Answer, Error, json_rpc};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use mcp_trigger_core::http::{self, Body, Response};

/// An answer that is all there is.
pub(in crate::server) fn json(id: Option<&str>, answer: &Answer) -> Response {
    let status = answer.as_ref().err().map_or(StatusCode::OK, |error| error.status);
    http::json(status, json_rpc::answer(id, answer))
}

/// A message is taken, and nothing is said.
pub(in crate::server) fn accepted() -> Response {
    http::empty(StatusCode::ACCEPTED)
}

/// A stream of events.
pub(in crate::server) fn event_stream(body: Body) -> Response {
    const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// A refusal before anything of a message is known.
pub(in crate::server) fn refusal(status: StatusCode, message: &str) -> Response {
    json(None, &Err(Error::transport(status, message)))
}
