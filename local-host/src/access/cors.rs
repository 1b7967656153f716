//! `Host.CORS` of local.settings.json: which pages may send requests to the host, and the answers to their browsers, as
//! under Core Tools (CORS of ASP.NET).

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN,
    VARY,
};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, AllowedOrigins, Response, is_local_origin};

/// The origins of allowed pages.
#[derive(Debug, Default)]
pub(crate) struct Cors {
    pub(crate) origins: AllowedOrigins,
    pub(crate) credentials: bool,
}

impl Cors {
    /// The origin of the page that sends a request. `None` if the page is not allowed.
    pub(crate) fn page<B>(&self, request: &Request<B>) -> Option<HeaderValue> {
        if self.origins.is_empty() {
            return None;
        }
        let mut origins = request.headers().get_all(ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else { return None };
        origin.to_str().is_ok_and(|origin| self.origins.allow(origin)).then(|| origin.clone())
    }

    /// The answer to a preflight request of a browser. If the page is not allowed, the answer lacks the headers that
    /// allow it. `None` for other requests, and for pages of this machine unless they are named: the code behind this
    /// answers them.
    pub(crate) fn preflight<B>(&self, request: &Request<B>) -> Option<Response> {
        let headers = request.headers();
        let asked = headers.get(ACCESS_CONTROL_REQUEST_METHOD).filter(|_| request.method() == Method::OPTIONS)?;
        let origin = headers.get(ORIGIN)?.to_str().ok()?;
        let page = self.page(request);
        if self.origins.is_empty() || page.is_none() && is_local_origin(origin) {
            return None;
        }
        let mut response = http::empty(StatusCode::NO_CONTENT);
        if page.is_some() {
            let answer = response.headers_mut();
            answer.insert(ACCESS_CONTROL_ALLOW_METHODS, asked.clone());
            let names = headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
            answer.extend(names.map(|names| (ACCESS_CONTROL_ALLOW_HEADERS, names)));
        }
        Some(self.show(page, response))
    }

    /// Lets an allowed page read a response.
    pub(crate) fn show(&self, page: Option<HeaderValue>, mut response: Response) -> Response {
        if let Some(origin) = page {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(VARY, HeaderValue::from_static("Origin"));
            if self.credentials {
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            }
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &[&str], credentials: bool) -> Cors {
        Cors { origins: AllowedOrigins::new(origins.iter().map(|origin| (*origin).to_owned()).collect()), credentials }
    }

    fn asks(origin: &str) -> Request<()> {
        let request = Request::builder().method("OPTIONS").uri("/api/x").header(ORIGIN, origin);
        let request = request.header(ACCESS_CONTROL_REQUEST_METHOD, "PUT");
        request.header(ACCESS_CONTROL_REQUEST_HEADERS, "x-mine, content-type").body(()).unwrap()
    }

    #[test]
    fn a_browser_is_answered_for_pages_that_are_named_and_told_nothing_for_others() {
        let cors = cors(&["https://a.example"], true);
        let answer = cors.preflight(&asks("https://a.example")).unwrap();
        let header = |name| answer.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(answer.status(), 204);
        assert_eq!(header(ACCESS_CONTROL_ALLOW_ORIGIN), Some("https://a.example"));
        assert_eq!(
            (header(ACCESS_CONTROL_ALLOW_METHODS), header(ACCESS_CONTROL_ALLOW_HEADERS)),
            (Some("PUT"), Some("x-mine, content-type"))
        );
        assert_eq!((header(ACCESS_CONTROL_ALLOW_CREDENTIALS), header(VARY)), (Some("true"), Some("Origin")));
        let other = cors.preflight(&asks("https://b.example")).unwrap();
        assert_eq!((other.status().as_u16(), other.headers().len()), (204, 0));
    }

    #[test]
    fn without_named_origins_or_for_this_machine_others_answer() {
        assert!(cors(&[], false).preflight(&asks("https://a.example")).is_none());
        assert!(cors(&["https://a.example"], false).preflight(&asks("http://localhost:6274")).is_none());
        let mut request = asks("https://a.example");
        request.headers_mut().remove(ACCESS_CONTROL_REQUEST_METHOD);
        assert!(cors(&["*"], false).preflight(&request).is_none(), "an OPTIONS request of its own");
        request.headers_mut().append(ORIGIN, HeaderValue::from_static("https://b.example"));
        assert_eq!(cors(&["*"], false).page(&request), None, "two are one too many");
    }
}
