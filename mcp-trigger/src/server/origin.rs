//! Which pages may send requests.

use hyper::header::{HOST, ORIGIN};
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Uri};

/// Whether a request comes from no page at all, from one of the server's own, or from one of these origins. A page of anybody
/// else could make a browser send requests with the user's credentials (specification 2025-11-25: `basic/transports`,
/// "Security Warning").
pub(super) fn is_allowed(headers: &HeaderMap, uri: &Uri, origins: &[String]) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if origins.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = uri.authority().map(Authority::as_str);
    let host = host.or_else(|| headers.get(HOST).and_then(|host| host.to_str().ok()));
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some() && authority == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::from_iter([(HOST, "app.example:8080".parse().unwrap())]);
        headers.extend(origin.map(|origin| (ORIGIN, origin.parse().unwrap())));
        is_allowed(&headers, &Uri::from_static("/mcp"), &["https://Inspector.example".to_owned()])
    }

    #[test]
    fn only_pages_that_are_known_may_ask() {
        assert!(allowed(None));
        assert!(allowed(Some("http://app.example:8080")) && allowed(Some("https://inspector.example")));
        for origin in ["null", "http://app.example", "https://evil.example", "app.example:8080", ""] {
            assert!(!allowed(Some(origin)), "{origin}");
        }
    }
}
