//! Who may ask a host that listens on loopback: programs on this machine, but no page of another origin.

use crate::http::{self, Response, is_local_authority, is_local_origin};
use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{Request, StatusCode};

/// Refuses a request whose `Host` is not this machine's own. With a name that resolves to 127.0.0.1, a page from elsewhere could
/// make a browser send requests to loopback, and read the answers (DNS rebinding). The real host does not check this; MCP
/// demands it (specification: `basic/transports`, "Security Warning").
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
pub(super) fn check_host<B>(request: &Request<B>) -> Result<(), Response> {
    if header(request, HOST).is_some_and(is_local_authority) { Ok(()) } else { Err(refusal("Host")) }
}

/// Refuses a request from a page that is not this machine's own: it could make a browser send requests to loopback.
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
pub(super) fn check_origin<B>(request: &Request<B>) -> Result<(), Response> {
    if header(request, ORIGIN).is_none_or(is_local_origin) { Ok(()) } else { Err(refusal("Origin")) }
}

fn header<B>(request: &Request<B>, name: HeaderName) -> Option<&str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

fn refusal(header: &str) -> Response {
    http::error(
        StatusCode::FORBIDDEN,
        &format!(
            "the header {header} names another machine than this one; the local host answers localhost only, as long as it listens on loopback"
        ),
    )
}
