//! [`Gate`]: lets requests with a valid token in, and tells those behind the gate who calls.

use super::issuer::Issuer;
use super::policy::{Rule, TokenValidation};
use super::principal::{self, PrincipalHeaders};
use super::rejection::{RETRY_AFTER, Rejection};
use super::remembered::Remembered;
use super::token::{self, CLOCK_SKEW, Claims};
use super::{bearer, fetch, resource};
use crate::http::{self, Admitted, Challenge, INSUFFICIENT_SCOPE, Refusal, Response};
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderMap, HeaderValue,
    RETRY_AFTER as RETRY_AFTER_HEADER, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, StatusCode, Uri};
use reqwest::{Client, Url};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a token is remembered, at most: 5 min. So long a token is good after its key was withdrawn.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The gate in front of an endpoint.
pub struct Gate {
    validation: TokenValidation,
    /// The public address of the server, without a path, if the platform tells it.
    origin: Option<String>,
    rules: Vec<(Rule, Arc<Issuer>)>,
    client: Client,
    remembered: Remembered<Caller>,
}

/// The caller of a token.
#[derive(Clone)]
struct Caller {
    /// The place of the rule that has let the caller in.
    rule: usize,
    headers: Arc<PrincipalHeaders>,
    admitted: Admitted,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("validation", &self.validation).finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate for the tokens that are accepted. `origin` is the public address of the server, such as `https://app.example`, where
    /// the platform tells it.
    ///
    /// # Errors
    ///
    /// If the settings are wrong, or TLS cannot be set up.
    pub fn new(validation: TokenValidation, origin: Option<String>) -> Result<Self, String> {
        if let Some(problem) = validation.problem() {
            return Err(problem);
        }
        let is_here = |rule: &Rule| Url::parse(&rule.issuer).is_ok_and(|address| fetch::is_here(&address));
        let client = fetch::client(validation.rules.iter().all(is_here))?;
        let rules = validation.rules.iter().map(|rule| (rule.clone(), Arc::new(Issuer::new(rule)))).collect();
        Ok(Gate { validation, origin, rules, client, remembered: Remembered::default() })
    }

    /// Lets a request in if its token is valid, with the headers of its caller, and an [`Admitted`] among its extensions. Headers by which a client names a caller itself are
    /// taken away.
    ///
    /// # Errors
    ///
    /// If the request has no valid token: the response is the challenge.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    pub async fn admit<B>(&self, request: Request<B>) -> Result<Request<B>, Response> {
        let (mut head, body) = request.into_parts();
        principal::strip(&mut head.headers);
        match self.caller(&head.headers).await {
            Ok(caller) => {
                head.headers.extend(caller.headers.iter().cloned());
                head.extensions.insert(caller.admitted);
                Ok(Request::from_parts(head, body))
            }
            Err(rejection) => Err(self.refuse(&rejection, &head.uri, &head.headers)),
        }
    }

    /// Takes the headers away by which a client names a caller itself, from a request that needs no token.
    pub fn strip<B>(&self, mut request: Request<B>) -> Request<B> {
        principal::strip(request.headers_mut());
        request
    }

    /// The answer to a request for the metadata of the protected resource, which needs no token. `None` if the request is for
    /// something else.
    pub fn metadata<B>(&self, request: &Request<B>) -> Option<Response> {
        let path = resource::described(request.uri().path())?;
        let Some(origin) = resource::origin(&self.validation, self.origin.as_deref(), request.headers()) else {
            tracing::warn!(
                "the public address of the server is not known: set it with `TokenValidation::resource`, or MCP_TRIGGER_AUTH_RESOURCE"
            );
            return Some(http::error(StatusCode::NOT_FOUND, "the public address of the server is not known"));
        };
        let mut response = match *request.method() {
            // Clients in browsers send headers of MCP, too.
            _ if http::is_preflight(request) => {
                let mut answer = http::empty(StatusCode::NO_CONTENT);
                answer.headers_mut().insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, *"));
                answer
            }
            Method::GET | Method::HEAD => {
                http::json(StatusCode::OK, resource::metadata(&self.validation, &origin, path))
            }
            _ => http::error(StatusCode::METHOD_NOT_ALLOWED, "the metadata is read with GET"),
        };
        // Clients in browsers read it, and it is no secret. `Host` may have decided what it says.
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Some(response)
    }

    /// The challenge of a request whose token is valid, and lacks one of these scopes: it asks for them and for all that the server
    /// needs anyway. `path` is that of the request.
    pub fn ask_for_scope(&self, path: &str, headers: &HeaderMap, scopes: &[&str], description: &str) -> HeaderValue {
        let metadata = self.metadata_address(path, headers);
        // The issuer of the token, which is the one to ask, knows only scopes in its own spelling.
        let caller = bearer::token(headers).ok().and_then(|token| self.remembered.get(token));
        let scopes = match caller.and_then(|caller| self.rules.get(caller.rule)) {
            Some((rule, _)) => rule.requested_scopes(scopes).collect::<Vec<_>>().join(" "),
            None => self.validation.requested_scopes(scopes).join(" "),
        };
        let error = Some((INSUFFICIENT_SCOPE, description));
        Challenge { error, scopes: &scopes, metadata: metadata.as_deref() }.header()
    }

    /// The issuers of the tokens, for what is said at the start.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|(rule, _)| rule.issuer.as_str())
    }

    async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Rejection> {
        let token = bearer::token(headers)?;
        if let Some(caller) = self.remembered.get(token) {
            return Ok(caller);
        }
        bearer::check(token)?;
        let (rule, claims) = token::validate(token, &self.rules, &self.client).await?;
        let unwritable = || Rejection::Invalid("the token has claims that cannot stand in a header");
        let headers = Arc::new(principal::headers(rule, &claims).ok_or_else(unwritable)?);
        // What is read from them is about as long again.
        let length = 2 * headers.iter().map(|(_, value)| value.len()).sum::<usize>();
        let rule = self.rules.iter().position(|(known, _)| std::ptr::eq(known, rule)).unwrap_or_default();
        let caller = Caller { rule, headers, admitted: Admitted::default() };
        self.remembered.insert(token, caller.clone(), length, left(&claims));
        Ok(caller)
    }

    /// The address of the metadata of the endpoint at a path.
    fn metadata_address(&self, path: &str, headers: &HeaderMap) -> Option<String> {
        let origin = resource::origin(&self.validation, self.origin.as_deref(), headers)?;
        Some(format!("{origin}{}{}", resource::WELL_KNOWN, resource::endpoint(path).unwrap_or_default()))
    }

    fn refuse(&self, rejection: &Rejection, uri: &Uri, headers: &HeaderMap) -> Response {
        // Every client comes without a token first.
        if *rejection != Rejection::NoToken {
            Refusal::Token.log(format_args!("a request to {} is refused: {}", uri.path(), rejection.message()));
        }
        let status = StatusCode::from_u16(rejection.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        let mut response = http::error(status, rejection.message());
        let metadata = self.metadata_address(uri.path(), headers);
        let challenge = rejection.challenge(metadata.as_deref(), &self.validation.requested_scopes(&[]).join(" "));
        response.headers_mut().extend(challenge.map(|challenge| (WWW_AUTHENTICATE, challenge)));
        if *rejection == Rejection::Unavailable {
            response.headers_mut().insert(RETRY_AFTER_HEADER, HeaderValue::from(RETRY_AFTER));
        }
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// How long the token of these claims is valid yet.
fn left(claims: &Claims) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let end = claims.get("exp").and_then(Value::as_f64).unwrap_or_default() + CLOCK_SKEW as f64;
    Duration::try_from_secs_f64(end - now.as_secs_f64()).map_or(Duration::ZERO, |left| left.min(LIFETIME))
}
