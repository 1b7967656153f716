//! A test identity provider: metadata, registration, a page to sign in on, and tokens signed by a key of this start.

mod authorize;
mod clients;
mod kept;
mod metadata;
mod page;
#[cfg(test)]
mod tests;
mod token;

use aws_lc_rs::rand;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clients::Client;
use hyper::body::Incoming;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, HOST,
    HeaderValue, ORIGIN,
};
use hyper::{Method, Request, StatusCode};
use kept::{Kept, Taken};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::http::{self, BodyError, Limits, Response, is_local_authority};
use serde_json::json;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The most sign-ins, codes and refresh tokens, of each. The oldest makes room.
const MOST: usize = 100;
/// The longest form, query or registration, in bytes.
const LONGEST: usize = 16 * 1024;
/// The path of the provider, before the tenant.
const PATH: &str = "/test-sign-in";
/// The path of the metadata, in the form of OpenID Connect.
const CONFIGURATION: &str = "/.well-known/openid-configuration";
/// The headers by which proxies name the machine that sent a request.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-forwarded-host"];
/// The endpoints that it gives tokens for, and the whole server, as protected resource metadata names them.
const RESOURCES: [&str; 3] = ["", "/mcp", crate::PATH];

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

/// An identity provider for tests on one's own machine, with addresses and tokens as those of Entra ID. It signs in whoever clicks, so it
/// answers only requests to a name of this machine.
pub struct IdentityProvider {
    /// Its address with its path, without a slash at the end.
    issuer: String,
    /// The servers it gives tokens for, without a slash at the end.
    resources: Vec<String>,
    users: Vec<TestUser>,
    agents: Vec<TestAgent>,
    key: EcdsaKeyPair,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Pages that wait for a click, by the ticket in their form.
    sign_ins: Kept<Grant>,
    codes: Kept<Signed>,
    refresh: Kept<Signed>,
    /// The numbers of sign-ins that gave a secret which was used twice.
    revoked: VecDeque<u64>,
    /// The number of sign-ins so far.
    count: u64,
}

impl State {
    /// Ends what a sign-in gave, because a secret of it was used twice: one of the two may be a thief. Access tokens are valid until they
    /// expire.
    fn revoke(&mut self, sign_in: u64) {
        self.refresh.retain(|signed| signed.number != sign_in);
        // What is being given at this moment is not kept either.
        if self.revoked.len() == MOST {
            self.revoked.pop_front();
        }
        self.revoked.push_back(sign_in);
    }
}

/// What a client asks for.
#[derive(Clone)]
struct Grant {
    client: Client,
    redirect: String,
    state: Option<String>,
    challenge: String,
    resource: String,
    /// `None`: all that the user has.
    scopes: Option<Vec<String>>,
}

/// What a user granted, by the user's place in the list.
#[derive(Clone)]
struct Signed {
    /// The number of the sign-in.
    number: u64,
    grant: Grant,
    user: usize,
    /// The scopes in the spelling of the request.
    scopes: Vec<String>,
}

/// A request whose body has been read.
#[derive(Clone, Copy)]
struct SignInRequest<'a> {
    method: &'a Method,
    path: &'a str,
    query: &'a str,
    body: &'a [u8],
    host: &'a str,
    /// The header `Origin`.
    origin: Option<&'a str>,
    /// The header `Authorization`.
    authorization: Option<&'a str>,
    /// Whether the headers say that another machine sent the request, through a proxy.
    is_forwarded: bool,
    now: SystemTime,
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl IdentityProvider {
    /// The tenant of all users and programs.
    pub const TENANT: &str = "00000000-0000-0000-0000-00007e57e57e";

    /// A provider at the address of a local host, of tokens for both of the host's endpoints.
    ///
    /// # Errors
    ///
    /// If the address is not one of loopback, for everybody could sign in there; or if the system gives no random numbers.
    pub fn new(address: SocketAddr, users: Vec<TestUser>) -> io::Result<Self> {
        // Clients leave the port out where it is that of the scheme.
        let port = if address.port() == 80 { String::new() } else { format!(":{}", address.port()) };
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        if !is_local_authority(&host) {
            let message = format!(
                "the test identity provider signs in whoever clicks, so it listens on 127.0.0.1 or ::1 only, and not on {host}: choose \
                 one of them, or another identity provider"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let names = [&*host, "localhost"].map(|host| format!("http://{host}{port}"));
        let resources = names.iter().flat_map(|name| RESOURCES.map(|path| format!("{name}{path}"))).collect();
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| {
            io::Error::other("the key of the test identity provider cannot be made: the system gives no random numbers")
        })?;
        let issuer = format!("{}{PATH}/{}/v2.0", names[0], Self::TENANT);
        Ok(IdentityProvider { issuer, resources, users, agents: Vec::new(), key, state: Mutex::default() })
    }

    /// Gives tokens to programs, too, for their id and secret (`client_credentials`). Default: to none.
    #[must_use]
    pub fn agents(mut self, agents: Vec<TestAgent>) -> Self {
        self.agents = agents;
        self
    }

    /// The address to which a tenant and a version are added, as of Entra ID.
    pub fn authority(&self) -> &str {
        self.issuer.split_once(Self::TENANT).map_or(&self.issuer, |(authority, _)| authority.trim_end_matches('/'))
    }

    /// The addresses that tokens may be for: the host and its endpoints.
    pub fn resources(&self) -> &[String] {
        &self.resources
    }

    /// The users.
    pub fn users(&self) -> &[TestUser] {
        &self.users
    }

    /// The resource that a client names, with or without a slash at its end.
    fn resource(&self, named: Option<&str>) -> Option<&String> {
        let named = named?.trim_end_matches('/');
        self.resources.iter().find(|known| *known == named)
    }

    /// The part of this provider that a path names.
    fn part<'p>(&self, asked: &'p str) -> Option<&'p str> {
        let path = self.issuer.strip_prefix("http://").and_then(|rest| rest.find('/').map(|slash| &rest[slash..]));
        let path = path.unwrap_or_default();
        let names = ["oauth-authorization-server", "openid-configuration"];
        match names.iter().any(|name| asked == format!("/.well-known/{name}{path}")) {
            true => Some(CONFIGURATION),
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
            authorization: header(AUTHORIZATION),
            is_forwarded: FORWARDED.iter().any(|name| head.headers.contains_key(*name)),
            now: SystemTime::now(),
        })
        .unwrap_or_else(|| http::error(StatusCode::NOT_FOUND, "the test identity provider has no such page"))
    }

    /// Answers a request, unless its path is another part's.
    fn respond(&self, request: SignInRequest<'_>) -> Option<Response> {
        let part = self.part(request.path)?;
        if !is_local_authority(request.host) {
            return Some(http::error(StatusCode::FORBIDDEN, "the header Host is not a name of this machine"));
        }
        if request.is_forwarded {
            let why = "the test identity provider signs in whoever clicks, and the request comes through a proxy or a tunnel: sign in on the \
                       machine itself, or use `--auth entra`";
            return Some(http::error(StatusCode::FORBIDDEN, why));
        }
        if request.query.len() > LONGEST || request.body.len() > LONGEST {
            return Some(too_large());
        }
        let mut response = match (request.method, part) {
            (&Method::GET, CONFIGURATION) => self.metadata(),
            (&Method::GET, "/keys") => self.keys(),
            (&Method::POST, "/register") => Self::register(request.body),
            (&Method::GET, "/authorize") => return Some(self.show_page(request.query, request.now)),
            (&Method::POST, "/authorize") => return Some(self.sign_in(&request)),
            (&Method::POST, "/token") => self.token(&request),
            (&Method::OPTIONS, CONFIGURATION | "/keys" | "/register" | "/token") => preflight(),
            _ => return None,
        };
        // Clients in browsers read it. Pages of other machines have been refused.
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        Some(response)
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

/// Lets pages send the requests of clients.
fn preflight() -> Response {
    let mut response = http::empty(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    // The asterisk does not stand for the former.
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, *"));
    response
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

/// The name of a scope, which clients may write with the address of the server in front, as for Entra ID.
fn scope_name(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
