//! Who may ask a host that listens on loopback: programs on this machine, but no page of another origin.

use crate::http::{self, Response};
use hyper::header::{HOST, HeaderName, ORIGIN};
use hyper::{Request, StatusCode};

/// Refuses a request whose `Host` or `Origin` is not this machine's own. A page from elsewhere can make a browser send requests
/// to loopback, and with a name that resolves to 127.0.0.1 even read the answers (DNS rebinding). The real host does not
/// check this; MCP demands it (specification: `basic/transports`, "Security Warning").
#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
pub(super) fn check<B>(request: &Request<B>) -> Result<(), Response> {
    let header = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    if !header(HOST).is_some_and(is_local_authority) {
        return Err(refusal("Host"));
    }
    if header(ORIGIN).is_some_and(|origin| !is_local_origin(origin)) {
        return Err(refusal("Origin"));
    }
    Ok(())
}

fn refusal(header: &str) -> Response {
    http::error(
        StatusCode::FORBIDDEN,
        &format!(
            "the header {header} names another machine than this one; the local host answers localhost only, as long as it listens on loopback"
        ),
    )
}

fn is_local_origin(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_local_authority)
}

/// `localhost`, `127.0.0.1` or `[::1]`, with any port.
fn is_local_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let local = host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" || host == "::1";
    local && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine() {
        for authority in ["localhost", "LOCALHOST:7071", "127.0.0.1:7071", "[::1]:7071", "[::1]"] {
            assert!(is_local_authority(authority), "{authority}");
        }
        for authority in ["", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80", "localhost:x", "[::2]"] {
            assert!(!is_local_authority(authority), "{authority}");
        }
        assert!(is_local_origin("http://localhost:6274"));
        for origin in ["null", "https://evil.example", "file://", "http://localhost:1@evil.example"] {
            assert!(!is_local_origin(origin), "{origin}");
        }
    }
}
