//! The checks of a host that listens on loopback: programs on this machine may send requests, pages of other origins may
//! not.

use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{Request, StatusCode};
use mcp_trigger_core::http::{self, Refusal, Response, is_local_authority, is_local_origin};

/// Refuses a request whose `Host` is not a name of this machine, unless `allow` accepts the name. With a name that
/// resolves to 127.0.0.1, a page from elsewhere could make a browser send requests to loopback, and read the answers (DNS
/// rebinding). The Functions host does not check this; MCP demands it (specification: `basic/transports`, "Security
/// Warning").
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
pub(crate) fn check_host<B>(request: &Request<B>, allow: impl Fn(&str) -> bool) -> Result<(), Response> {
    let name = header(request, HOST).unwrap_or_default();
    if is_local_authority(name) || allow(name) {
        return Ok(());
    }
    Err(refuse(
        Refusal::Host,
        &format!(
            "the header Host is `{name}`, and this host goes by the names of this machine only, such as localhost; if that is the name of \
         a tunnel, write its origin, as in `https://{name}`, into `Host.CORS` of local.settings.json, or have the tunnel send \
         `Host: localhost`"
        ),
    ))
}

/// Refuses a request from a page of another machine: such a page could make a browser send requests to loopback.
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
pub(crate) fn check_origin<B>(request: &Request<B>) -> Result<(), Response> {
    let Some(origin) = header(request, ORIGIN).filter(|origin| !is_local_origin(origin)) else { return Ok(()) };
    Err(refuse(
        Refusal::Origin,
        &format!(
            "the header Origin is `{origin}`, and only pages of this machine may send requests here; to let that page in, write its origin \
         into `Host.CORS` of local.settings.json"
        ),
    ))
}

fn header<B>(request: &Request<B>, name: HeaderName) -> Option<&str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or_default())
}

fn refuse(refusal: Refusal, message: &str) -> Response {
    refusal.log(format_args!("a request is refused: {message}"));
    http::error(StatusCode::FORBIDDEN, message)
}
