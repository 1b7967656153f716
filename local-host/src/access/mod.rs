//! The keys of requests, and what each opens (recordings/auth.jsonl).

mod cors;
mod keys;
mod loopback;

pub use keys::Keys;

pub(crate) use cors::Cors;
pub(crate) use loopback::{check_host, check_origin};

use host_protocol::function_json::AuthLevel;
use host_protocol::invocation::ClaimsIdentity;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Request, StatusCode};
use keys::KeyKind;
use mcp_trigger_core::http::{self, Refusal, Response};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

const KEY_HEADER: HeaderName = HeaderName::from_static("x-functions-key");

/// The keys of the host, and where they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// `None` opens everything, as under Core Tools.
    pub(crate) keys: Option<Keys>,
    /// Whether the endpoint is open in spite of the keys.
    pub(crate) open_endpoint: bool,
}

#[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
impl Access {
    /// Refuses a request to the endpoint without a key for it.
    pub(crate) fn endpoint<B>(&self, request: &Request<B>) -> Result<(), Response> {
        if self.open_endpoint {
            return Ok(());
        }
        self.check(request, &[KeyKind::System, KeyKind::Master])
    }

    /// Refuses a request to the host's own paths without the master key. No recording shows the answer to other keys
    /// there; it is 403, as at the endpoint.
    pub(crate) fn admin<B>(&self, request: &Request<B>) -> Result<(), Response> {
        self.check(request, &[KeyKind::Master])
    }

    /// Refuses a request that no key allows. Without keys, no request is refused.
    pub(crate) fn nobody<B>(&self, request: &Request<B>) -> Result<(), Response> {
        self.check(request, &[])
    }

    /// The identity of a caller of a function with an HTTP trigger.
    ///
    /// # Errors
    ///
    /// If the key of the request is not enough for the level of the function. The refusal does not tell a wrong key
    /// from a key for something else (recordings/bindings.jsonl, "http return nokey"; the other from the source of the
    /// host, `FunctionInvocationMiddleware`).
    pub(crate) fn http_function<B>(
        &self,
        request: &Request<B>,
        function: &str,
        level: AuthLevel,
    ) -> Result<ClaimsIdentity, Response> {
        // As under Core Tools, where everybody is an administrator.
        let Some(keys) = &self.keys else { return Ok(ClaimsIdentity::of_key(AuthLevel::Admin, None)) };
        let (given, name) = match key(request).and_then(|key| keys.kind_for(function, &key)) {
            Some(KeyKind::Master) => (AuthLevel::Admin, Some("master")),
            Some(KeyKind::System) => (AuthLevel::System, Some("mcp_extension")),
            Some(KeyKind::Host | KeyKind::Function) => (AuthLevel::Function, Some("default")),
            None => (AuthLevel::Anonymous, None),
        };
        if !level.is_open_to(given) {
            Refusal::Key
                .log(format_args!("a request to the function {function} is refused: it has no key for the function"));
            return Err(http::empty(StatusCode::UNAUTHORIZED));
        }
        Ok(name.map_or_else(ClaimsIdentity::anonymous, |name| ClaimsIdentity::of_key(given, Some(name))))
    }

    fn check<B>(&self, request: &Request<B>, ranks: &[KeyKind]) -> Result<(), Response> {
        let Some(keys) = &self.keys else { return Ok(()) };
        match key(request).and_then(|key| keys.kind_of(&key)) {
            Some(kind_of) if ranks.contains(&kind_of) => Ok(()),
            kind => {
                let path = request.uri().path();
                Refusal::Key.log(format_args!("a request to {path} is refused: it has no key for the path"));
                Err(if kind.is_some() { http::empty(StatusCode::FORBIDDEN) } else { unauthorized(request) })
            }
        }
    }
}

/// The key of a request. A header wins over the query, even if the header is empty or wrong ("header wrong query right").
pub(crate) fn key<B>(request: &Request<B>) -> Option<Cow<'_, str>> {
    match request.headers().get(KEY_HEADER) {
        Some(value) => value.to_str().ok().map(Cow::from),
        None => query_parameter(request.uri().query()?, "code").map(Cow::from),
    }
}

/// The first query parameter of that name in any case, decoded as ASP.NET does (recordings/auth.jsonl, "code upper name").
pub(crate) fn query_parameter(query: &str, name: &str) -> Option<String> {
    let mut parameters = query.split('&').map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")));
    parameters.find(|(given, _)| decode(given).eq_ignore_ascii_case(name)).map(|(_, value)| decode(value))
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The answer to a request without a valid key. A bearer token is always an invalid token, even with the value of a key
/// ("bearer with key value").
fn unauthorized<B>(request: &Request<B>) -> Response {
    let token = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.split_at_checked("Bearer ".len()));
    let has_token =
        token.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("Bearer ") && !token.trim().is_empty());
    let challenge = if has_token { r#"Bearer error="invalid_token""# } else { "Bearer" };
    let mut response = http::empty(StatusCode::UNAUTHORIZED);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(access: &Access, query: &str, headers: &[(&str, &str)]) -> (u16, u16) {
        let mut request = Request::builder().uri(format!("/{query}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap();
        let status = |answer: Result<(), Response>| answer.map_or_else(|refusal| refusal.status().as_u16(), |()| 200);
        (status(access.endpoint(&request)), status(access.admin(&request)))
    }

    fn access() -> Access {
        Access { keys: Some(Keys::new("master", "host", "system+")), open_endpoint: false }
    }

    #[test]
    fn each_key_opens_what_it_should() {
        let status = |key| status(&access(), "", &[("X-Functions-Key", key)]);
        assert_eq!(status("master"), (200, 200));
        assert_eq!(status("system+"), (200, 403));
        assert_eq!(status("host"), (403, 403));
        assert_eq!(status("other"), (401, 401));
    }

    #[test]
    fn the_header_decides_before_the_query() {
        let access = access();
        assert_eq!(status(&access, "?code=no", &[("x-functions-key", "master")]).0, 200);
        assert_eq!(status(&access, "?code=master", &[("x-functions-key", "no")]).0, 401);
        assert_eq!(status(&access, "?code=master", &[("x-functions-key", "")]).0, 401);
    }

    #[test]
    fn the_query_is_decoded_and_its_first_code_counts() {
        let access = access();
        for query in ["?a=b&code=system%2b", "?CODE=system%2B", "?%63ode=system%2B&code=no"] {
            assert_eq!(status(&access, query, &[]).0, 200, "{query}");
        }
        for query in ["", "?", "?code", "?code=", "?code=no&code=master", "?xcode=master", "?code=system+"] {
            assert_eq!(status(&access, query, &[]).0, 401, "{query}");
        }
    }

    #[test]
    fn functions_open_to_their_own_keys() {
        use AuthLevel::{Admin, Anonymous, Function, System};
        let keys = Keys::new("master", "host", "system").with_function("F", "own").with_function("G", "other");
        let access = Access { keys: Some(keys), open_endpoint: false };
        for (key, open) in [
            ("master", &[Anonymous, Function, System, Admin][..]),
            ("system", &[Anonymous, System]),
            ("host", &[Anonymous, Function]),
            ("own", &[Anonymous, Function]),
            ("other", &[Anonymous]),
            ("", &[Anonymous]),
        ] {
            let request = Request::builder().uri(format!("/?code={key}")).body(()).unwrap();
            for level in [Anonymous, Function, System, Admin] {
                let answer = access.http_function(&request, "F", level);
                assert_eq!(answer.is_ok(), open.contains(&level), "{key} {level:?}");
                if let Err(refusal) = answer {
                    assert_eq!((refusal.status().as_u16(), refusal.headers().len()), (401, 0));
                }
            }
        }
        let request = Request::builder().uri("/").body(()).unwrap();
        assert!(Access::default().http_function(&request, "F", Admin).is_ok(), "without keys");
    }

    #[test]
    fn an_open_endpoint_leaves_the_rest_locked() {
        let access = Access { open_endpoint: true, ..access() };
        assert_eq!(status(&access, "", &[]), (200, 401));
        assert_eq!(status(&Access::default(), "", &[]), (200, 200), "without keys");
    }
}
