//! Origins of web pages that may send requests, and CORS.

use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HOST, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, VARY,
};
use hyper::http::uri::Authority;
use hyper::{Request, StatusCode, Uri};
use mcp_trigger_core::http::{self, AllowedOrigins, Response, is_local_authority, is_local_origin};

/// The origins whose pages may send requests. A page of anybody else could make a browser send requests with the user's
/// credentials, or to the user's machine (specification 2025-11-25: `basic/transports`, "Security Warning").
#[derive(Debug)]
pub(in crate::server) struct Origins {
    /// The origins of the app, and of local.settings.json.
    pub(in crate::server) allowed: AllowedOrigins,
    /// Whether a request only comes here by a name of the server's own, because something before it finds the server by `Host`.
    /// Where nothing does, anybody's name may lead here, and a page of that name is not the server's own (DNS rebinding).
    /// `X-Forwarded-Host` never counts: it is the client's.
    pub(in crate::server) found_by_host: bool,
}

/// The sender of an accepted request.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::server) enum Sender {
    /// A program, or a page of the server's own origin. The response needs no CORS headers.
    Own,
    /// A page of this origin.
    Page(HeaderValue),
}

/// What a page may send besides what every page may (reference: MCP's headers, and the host's for keys).
const HEADERS: &str = "content-type, authorization, x-functions-key, mcp-session-id, mcp-protocol-version, last-event-id, \
                       mcp-method, mcp-name";
/// The headers that repeat arguments: a client asks for those of its call.
const ARGUMENT_HEADERS: &str = "mcp-param-";
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, DELETE");
/// The response headers that a page may read, besides those that every page may.
const EXPOSED: HeaderValue = HeaderValue::from_static("Mcp-Session-Id, WWW-Authenticate");
/// How long a browser may cache the answer to a preflight, in seconds: the longest time that a browser accepts.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

impl Origins {
    /// The sender of a request; `None` if it is a page of another origin that is not allowed.
    pub(in crate::server) fn sender(&self, headers: &HeaderMap, uri: &Uri) -> Option<Sender> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(value) = origins.next() else { return Some(Sender::Own) };
        if origins.next().is_some() {
            return None;
        }
        let origin = value.to_str().ok()?;
        if self.allowed.allow(origin) {
            return Some(Sender::Page(value.clone()));
        }
        let host = uri.authority().map(Authority::as_str);
        let host = host.or_else(|| headers.get(HOST).and_then(|host| host.to_str().ok()))?;
        // Both on this machine: whoever serves the page could send the request as well.
        if is_local_origin(origin) && is_local_authority(host) {
            return Some(Sender::Page(value.clone()));
        }
        let (_, authority) = origin.split_once("://")?;
        (self.found_by_host && authority.eq_ignore_ascii_case(host)).then_some(Sender::Own)
    }
}

impl Sender {
    /// The response to a CORS preflight; `None` for other requests.
    pub(in crate::server) fn preflight<B>(&self, request: &Request<B>) -> Option<Response> {
        if !http::is_preflight(request) || *self == Sender::Own {
            return None;
        }
        let headers = request.headers();
        let mut allowed = HEADERS.to_owned();
        let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter().filter_map(|names| names.to_str().ok());
        for name in asked.flat_map(|names| names.split(',')).filter_map(|name| HeaderName::try_from(name.trim()).ok()) {
            if name.as_str().starts_with(ARGUMENT_HEADERS) {
                allowed += ", ";
                allowed += name.as_str();
            }
        }
        let mut response = http::empty(StatusCode::NO_CONTENT);
        let headers = response.headers_mut();
        headers.extend(HeaderValue::try_from(allowed).map(|allowed| (ACCESS_CONTROL_ALLOW_HEADERS, allowed)));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(response)
    }

    /// Adds the headers that let the page read a response.
    pub(in crate::server) fn show(self, mut response: Response) -> Response {
        if let Sender::Page(origin) = self {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::ACCESS_CONTROL_REQUEST_METHOD;

    fn request(headers: &[(HeaderName, &'static str)]) -> Request<()> {
        let mut request = Request::builder().uri("/mcp").method("OPTIONS").body(()).unwrap();
        for (name, value) in headers {
            request.headers_mut().append(name, HeaderValue::from_static(value));
        }
        request
    }

    fn sender(found_by_host: bool, headers: &[(HeaderName, &'static str)]) -> Option<Sender> {
        let origins =
            Origins { allowed: AllowedOrigins::new(vec!["https://Inspector.example".to_owned()]), found_by_host };
        origins.sender(request(headers).headers(), &Uri::from_static("/mcp"))
    }

    const APP: (HeaderName, &str) = (HOST, "app.example:8080");
    const EVIL: &str = "https://evil.example";

    #[test]
    fn only_pages_that_are_known_may_ask() {
        let from = |origin| sender(true, &[APP, (ORIGIN, origin)]);
        assert_eq!(sender(true, &[APP]), Some(Sender::Own));
        assert_eq!(from("http://app.example:8080"), Some(Sender::Own));
        let inspector = "https://inspector.example";
        assert_eq!(from(inspector), Some(Sender::Page(HeaderValue::from_static(inspector))));
        for origin in ["null", "http://app.example", EVIL, "app.example:8080", "", "http://localhost:6274"] {
            assert_eq!(from(origin), None, "{origin}");
        }
        assert_eq!(sender(true, &[APP, (ORIGIN, inspector), (ORIGIN, EVIL)]), None, "two are one too many");
    }

    #[test]
    fn a_name_that_anybody_may_give_the_server_makes_no_page_its_own() {
        assert_eq!(sender(false, &[(HOST, "evil.example"), (ORIGIN, EVIL)]), None);
        assert_eq!(sender(false, &[APP]), Some(Sender::Own), "a program");
        let local = "http://localhost:6274";
        assert_eq!(
            sender(false, &[(HOST, "127.0.0.1:7071"), (ORIGIN, local)]),
            Some(Sender::Page(HeaderValue::from_static(local)))
        );
    }

    #[test]
    fn what_a_client_says_of_where_it_was_forwarded_from_widens_nothing() {
        for name in ["x-forwarded-host", "x-original-host", "forwarded"] {
            let name = HeaderName::from_static(name);
            assert_eq!(sender(true, &[APP, (name.clone(), "evil.example"), (ORIGIN, EVIL)]), None, "{name}");
        }
    }

    #[test]
    fn a_browser_is_told_what_its_page_may_send() {
        let asks = request(&[
            (ACCESS_CONTROL_REQUEST_METHOD, "POST"),
            (ACCESS_CONTROL_REQUEST_HEADERS, "Content-Type,Mcp-Param-City, x-evil,mcp-param- x"),
        ]);
        let page = Sender::Page(HeaderValue::from_static("https://inspector.example"));
        let answer = page.preflight(&asks).unwrap();
        assert_eq!(answer.status(), 204);
        let allowed = answer.headers()[ACCESS_CONTROL_ALLOW_HEADERS].to_str().unwrap();
        assert!(allowed.starts_with("content-type, ") && allowed.ends_with(", mcp-name, mcp-param-city"), "{allowed}");
        assert!(Sender::Own.preflight(&asks).is_none() && page.preflight(&request(&[])).is_none());
        let shown = page.show(answer);
        assert_eq!(shown.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://inspector.example");
        assert!(Sender::Own.show(http::empty(StatusCode::OK)).headers().is_empty());
    }
}
