//! A test identity provider: metadata, registration, a page to sign in on, and tokens signed by a key of this start.

mod authorize;
mod clients;
mod page;
#[cfg(test)]
mod tests;
mod token;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clients::{Client, Clients};
use hyper::body::Incoming;
use hyper::header::{HOST, ORIGIN};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::http::{self, BodyError, Limits, Response, is_local_authority};
use serde_json::json;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The most registrations, sign-ins, codes and refresh tokens, of each. The oldest makes room.
const MOST: usize = 100;
/// The longest form, query or registration, in bytes.
const LONGEST: usize = 16 * 1024;

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct TestUser {
    /// The name, which the page shows.
    pub name: String,
    /// The app roles, which tokens have as `roles`.
    pub roles: Vec<String>,
    /// The scopes, which tokens have as `scp`.
    pub scopes: Vec<String>,
}

/// A program that signs in without a user, as the managed identity of an agent does.
#[derive(Clone, Debug)]
pub struct TestAgent {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: String,
    /// The app roles, which tokens have as `roles`.
    pub roles: Vec<String>,
}

/// An identity provider for tests on one's own machine. It signs in whoever clicks, so it answers only requests to a name
/// of this machine.
pub struct IdentityProvider {
    /// Its address with its path, without a slash at the end.
    issuer: String,
    /// Beginnings of the servers it gives tokens for.
    resources: Vec<String>,
    users: Vec<TestUser>,
    agents: Vec<TestAgent>,
    key: EcdsaKeyPair,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    clients: Clients,
    /// Pages that wait for a click, by the ticket in their form.
    sign_ins: Kept<Grant>,
    codes: Kept<Signed>,
    refresh: Kept<Signed>,
}

/// What a client asks for.
#[derive(Clone)]
struct Grant {
    client: Client,
    redirect: String,
    state: Option<String>,
    challenge: String,
    resource: String,
}

/// What a user granted, by the user's place in the list.
#[derive(Clone)]
struct Signed {
    grant: Grant,
    user: usize,
}

/// Values that are taken once by their secret, until they expire.
struct Kept<T>(VecDeque<(String, SystemTime, T)>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(VecDeque::new())
    }
}

impl<T> Kept<T> {
    fn put(&mut self, secret: String, until: SystemTime, value: T) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((secret, until, value));
    }

    fn take(&mut self, secret: &str, now: SystemTime) -> Option<T> {
        let place = self.0.iter().position(|(known, ..)| known == secret)?;
        self.0.remove(place).filter(|(_, until, _)| now < *until).map(|(.., value)| value)
    }
}

/// A request whose body has been read.
#[derive(Clone, Copy, Debug)]
pub struct SignInRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query, or nothing.
    pub query: &'a str,
    /// The body, or nothing.
    pub body: &'a [u8],
    /// The header `Host`.
    pub host: &'a str,
    /// The header `Origin`.
    pub origin: Option<&'a str>,
    /// The time.
    pub now: SystemTime,
}

impl IdentityProvider {
    /// A provider at an address such as `http://127.0.0.1:7071/test-sign-in`, of tokens for these MCP servers. A resource
    /// is known if it equals one of them.
    ///
    /// # Errors
    ///
    /// If the address is not one of loopback, for everybody could sign in there; or if the system gives no random numbers.
    pub fn new(issuer: &str, resources: Vec<String>, users: Vec<TestUser>) -> io::Result<Self> {
        let authority = issuer.strip_prefix("http://").and_then(|rest| rest.split('/').next());
        if !authority.is_some_and(is_local_authority) {
            let message = format!(
                "the test identity provider signs in whoever clicks, so it is on loopback only, and `{issuer}` is not: use an address such as \
                 127.0.0.1, or another identity provider"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| {
            io::Error::other("the key of the test identity provider cannot be made: the system gives no random numbers")
        })?;
        let issuer = issuer.trim_end_matches('/').to_owned();
        Ok(IdentityProvider { issuer, resources, users, agents: Vec::new(), key, state: Mutex::default() })
    }

    /// Gives tokens to programs, too, for their id and secret (`client_credentials`). Default: to none.
    #[must_use]
    pub fn agents(mut self, agents: Vec<TestAgent>) -> Self {
        self.agents = agents;
        self
    }

    /// The part of this provider that a path names.
    fn part<'p>(&self, asked: &'p str) -> Option<&'p str> {
        let path = self.issuer.strip_prefix("http://").and_then(|rest| rest.find('/').map(|slash| &rest[slash..]));
        let path = path.unwrap_or_default();
        let names = ["oauth-authorization-server", "openid-configuration"];
        match names.iter().any(|name| asked == format!("/.well-known/{name}{path}")) {
            true => Some("/.well-known/openid-configuration"),
            false => asked.strip_prefix(path).filter(|part| part.starts_with('/')),
        }
    }

    /// Whether requests for a path are this provider's.
    pub(crate) fn owns(&self, path: &str) -> bool {
        self.part(path).is_some()
    }

    /// Reads a request's body, and answers it.
    pub(crate) async fn receive(
        &self,
        request: Request<Incoming>,
        pause: Option<Duration>,
        account: impl FnOnce() -> Option<Arc<Account>>,
    ) -> Response {
        let (head, body) = request.into_parts();
        let body = match http::read_body(body, Limits { bytes: LONGEST, pause }, account).await {
            Ok(body) => body,
            Err(BodyError::Full(full)) => return http::closing(http::overloaded(full)),
            Err(BodyError::TooLarge) => return http::closing(too_large()),
            Err(BodyError::Incomplete | BodyError::Stalled) => {
                return http::closing(http::error(StatusCode::REQUEST_TIMEOUT, "the body did not arrive"));
            }
        };
        let header = |name| head.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        self.respond(SignInRequest {
            method: &head.method,
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            body: &body,
            host: header(HOST).unwrap_or_default(),
            origin: header(ORIGIN),
            now: SystemTime::now(),
        })
        .unwrap_or_else(|| http::error(StatusCode::NOT_FOUND, "the test identity provider has no such page"))
    }

    /// Answers a request, unless its path is another part's.
    pub fn respond(&self, request: SignInRequest<'_>) -> Option<Response> {
        let part = self.part(request.path)?;
        if !is_local_authority(request.host) {
            return Some(http::error(StatusCode::FORBIDDEN, "the header Host is not a name of this machine"));
        }
        if request.query.len() > LONGEST || request.body.len() > LONGEST {
            return Some(too_large());
        }
        Some(match (request.method, part) {
            (&Method::GET, "/.well-known/openid-configuration") => self.metadata(),
            (&Method::GET, "/keys") => self.keys(),
            (&Method::POST, "/register") => self.register(request.body),
            (&Method::GET, "/authorize") => self.show_page(request.query, request.now),
            (&Method::POST, "/authorize") => self.sign_in(&request),
            (&Method::POST, "/token") => self.token(request.body, request.now),
            _ => return None,
        })
    }

    fn metadata(&self) -> Response {
        let issuer = &self.issuer;
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "registration_endpoint": format!("{issuer}/register"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        });
        http::json(StatusCode::OK, metadata.to_string())
    }

    fn keys(&self) -> Response {
        // An uncompressed point: 4, then both coordinates.
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y));
        let key =
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.key_id(), "x": x, "y": y });
        http::json(StatusCode::OK, json!({ "keys": [key] }).to_string())
    }

    fn key_id(&self) -> String {
        let digest = digest(&SHA256, self.key.public_key().as_ref());
        BASE64_URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12])
    }

    /// A new secret of 256 bits.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn secret(&self) -> Result<String, Response> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| http::error(StatusCode::INTERNAL_SERVER_ERROR, "no random numbers"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_large() -> Response {
    http::error(StatusCode::PAYLOAD_TOO_LARGE, "the request is longer than 16 KiB")
}

/// An error of OAuth.
fn oauth_error(error: &str, description: &str) -> Response {
    http::json(StatusCode::BAD_REQUEST, json!({ "error": error, "error_description": description }).to_string())
}

/// The fields of a form or a query. `None` if one stands twice.
fn fields(form: &[u8]) -> Option<Vec<(String, String)>> {
    let fields: Vec<(String, String)> = form_urlencoded::parse(form).into_owned().collect();
    let twice = fields.iter().enumerate().any(|(at, (name, _))| fields[..at].iter().any(|(other, _)| other == name));
    (!twice).then_some(fields)
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
