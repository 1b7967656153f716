//! Requests to the handler: invocations of the host, and requests of clients that the host forwards.
//!
//! For an invocation the host has checked a key; a forwarded request may come from any client. Both look nearly the same
//! (ground-truth.md §6). These rules tell them apart:
//!
//! | line | holds | does not hold |
//! |---|---|---|
//! | the routes that `generate` writes cannot produce the path of a function, and nothing is decoded here before a path is compared | wherever those files are used: none of their parameters can hold a backslash, which the host turns into a slash (`POST /web/..%5cHello` arrives as `POST /Hello`: ground-truth.md §12) | where the folder is older than the program, or edited by hand: then the next line |
//! | while the folder has another route, nothing is called: 503 | for the folder that the host names, or that the handler was started in | for routes that come to the folder while the handler runs |
//! | an invocation names the handler's own address in `Host`, a forwarded request what the client sent | in Azure, where the front end finds the app by `Host`, so that no other name arrives | where a client reaches the host itself, as under Core Tools or in a container of one's own: it may send any `Host`, and try all ports |
//! | an invocation has nothing that only a client, a front end, or the host's proxy adds to a request | in Azure once more, and under every host that proxies | under an old host without a front end |
//! | without invocations there are none | in the self-hosted form, whose catch-all produces every path | |
//!
//! The first two lines stand alone where a client reaches an old host itself; everywhere else the others stand behind them. There is no
//! secret that would decide it: what the host tells its handler beforehand it does not say again in its requests.
//!
//! An open route leads to `/mcp` as well, past the key that the host asks for there. So what the host hands on to `/mcp` is refused too
//! while there is one, if the app wants a key.

use super::routes::Routes;
use crate::function::Function;
use crate::hosted::UNPROTECTED;
use crate::invoke::Functions;
use crate::server::{self, McpServer};
use bytes::Bytes;
use host_protocol::Invocation;
use host_protocol::function_json::AuthLevel;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HOST, HeaderName, USER_AGENT};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, BodyError, Limits, Refusal, Response, Service};
use mcp_trigger_core::task;
use mcp_trigger_core::telemetry::Destination;
#[cfg(feature = "otel")]
use mcp_trigger_core::telemetry::otel::AmbientTrace;
use std::net::IpAddr;
use std::sync::Arc;

/// Answers the host.
pub(crate) struct Handler {
    pub(crate) functions: Arc<Functions>,
    pub(crate) mcp: Arc<McpServer>,
    /// The address that the host knows the handler by, with its port.
    pub(crate) authority: String,
    /// The limit of a body, in bytes.
    pub(crate) body_limit: usize,
    /// Whether the host sends invocations. In the self-hosted form it does not, and all paths are open to clients.
    pub(crate) invocations: bool,
    /// Whether nothing stands before the app that should.
    pub(super) is_unprotected: bool,
    /// The routes of the app's folder.
    pub(super) routes: Routes,
}

impl Service for Handler {
    async fn respond(&self, request: Request<Incoming>, from: IpAddr) -> Response {
        let path = request.uri().path();
        if self.is_unprotected && path != "/" {
            Refusal::Key.log(format_args!("a request to {path} is refused: {UNPROTECTED}"));
            return http::error(StatusCode::SERVICE_UNAVAILABLE, UNPROTECTED);
        }
        if server::answers(path) {
            // Where a key is wanted, the host has asked for it, if the request came by the route that asks. The header is looked up last,
            // for that takes longest.
            if self.wants_key()
                && let Some(problem) = self.open_route().await
                && request.headers().contains_key(INVOCATION_ID)
            {
                return refusal(problem);
            }
            return self.mcp.respond(request, from, |_| None).await;
        }
        if let Some(response) = self.mcp.well_known(&request) {
            return response;
        }
        match *request.method() {
            // The host takes any answer for "ready", and asks before anything else.
            Method::GET if path == "/" => http::empty(StatusCode::OK),
            Method::POST if self.invocations => {
                match path.strip_prefix('/').and_then(|name| self.functions.registry.by_name(name)) {
                    Some(function) => match invocation_id(&request, &self.authority) {
                        Some(id) => match self.open_route().await {
                            #[cfg(feature = "otel")]
                            None => {
                                let trace = AmbientTrace::of(request.headers());
                                trace.around(self.invoke(function, id, request)).await
                            }
                            #[cfg(not(feature = "otel"))]
                            None => self.invoke(function, id, request).await,
                            Some(problem) => refusal(problem),
                        },
                        None => refuse_call(),
                    },
                    None => no_such_path(path),
                }
            }
            _ => no_such_path(path),
        }
    }

    fn end(&self) {
        self.mcp.end();
    }
}

impl Handler {
    /// The error of the routes of the app's folder, if they have one.
    pub(super) async fn open_route(&self) -> Option<&str> {
        self.routes.problem(|| self.functions.registry.functions().map(|function| function.name).collect()).await
    }

    /// Whether a host that hands a request on to `/mcp` should have asked for a key. In the self-hosted form one route is for
    /// everything, and asks.
    fn wants_key(&self) -> bool {
        self.invocations && self.mcp.level != AuthLevel::Anonymous
    }

    async fn invoke(&self, function: &'static Function, id: String, request: Request<Incoming>) -> Response {
        let length = usize::try_from(request.body().size_hint().lower()).unwrap_or(usize::MAX);
        // Bodies that wait for their turn stay with the host. The host sends what it has, so a pause in a body is its end: others wait.
        let turn = if length > task::LONG { Some(task::reading_turn().await) } else { None };
        let limits = Limits { bytes: self.body_limit, pause: turn.as_ref().map(|_| http::RECEIVE_TIMEOUT) };
        let body = match http::read_body(request.into_body(), limits, || None).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                let message = format!("the invocation is longer than {} bytes", self.body_limit);
                return http::error(StatusCode::PAYLOAD_TOO_LARGE, &message);
            }
            Err(BodyError::Incomplete | BodyError::Stalled | BodyError::Full(_)) => {
                return http::error(StatusCode::BAD_REQUEST, "the body ended too early");
            }
        };
        if body.len() <= task::LONG {
            return answer(&self.functions, function, id, body).await;
        }
        let functions = Arc::clone(&self.functions);
        // In a box: short invocations have no room for it in their futures.
        let reply = Box::pin(task::answer_long(turn, async move { answer(&functions, function, id, body).await }));
        reply.await.unwrap_or_else(|error| http::error(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
    }
}

/// Answers the invocation in a body.
async fn answer(functions: &Functions, function: &'static Function, id: String, body: Bytes) -> Response {
    let invocation = match Invocation::decode(id, function.name, function.kind.trigger(), &body) {
        Ok(invocation) => invocation,
        Err(error) => return http::error(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    // It has the arguments three times, and the function may run for long.
    drop(body);
    let result = functions.invoke(function, invocation, Destination::Reply).await;
    let reply = task::work_on(result.return_value.size(), move || result.encode()).await;
    let failed = |error: String| http::error(StatusCode::INTERNAL_SERVER_ERROR, &error);
    match reply {
        Ok(Ok(reply)) => http::json(StatusCode::OK, reply),
        Ok(Err(error)) => failed(error.to_string()),
        Err(error) => failed(error.to_string()),
    }
}

const INVOCATION_ID: HeaderName = HeaderName::from_static("x-azure-functions-invocationid");

/// The id of an invocation, if the request to a function's path is certainly the host's own: the table above says why. Nothing is
/// decoded or normalised before comparing.
fn invocation_id(request: &Request<Incoming>, authority: &str) -> Option<String> {
    if request.uri().authority().is_some() || request.uri().query().is_some() {
        return None;
    }
    let [mut host, mut agent, mut content_type, mut id] = [None; 4];
    // Once over the few that there are: looking up each by its name takes three times as long.
    for (name, value) in request.headers() {
        let place = match name {
            name if name == HOST => &mut host,
            name if name == USER_AGENT => &mut agent,
            name if name == CONTENT_TYPE => &mut content_type,
            name if name == INVOCATION_ID => &mut id,
            name if is_of_outside(name.as_str()) => return None,
            _ => continue,
        };
        if place.replace(value.as_bytes()).is_some() {
            return None;
        }
    }
    let is_from_host = host? == authority.as_bytes() && agent?.starts_with(b"Azure-Functions-Host/");
    let is_invocation = is_from_host && content_type?.starts_with(b"application/json");
    id.filter(|_| is_invocation).and_then(|id| std::str::from_utf8(id).ok()).map(str::to_owned)
}

/// Whether a header comes from a client, from what stands before the host in Azure, or from the host's proxy. There may be others
/// in an invocation than the usual five, so only what can be in none is named: with `"telemetryMode": "OpenTelemetry"` the host adds
/// `traceparent`, `tracestate` and `baggage` (ground-truth.md §12).
fn is_of_outside(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "authorization",
        "client-ip",
        "cookie",
        "forwarded",
        "origin",
        "referer",
        "via",
        "x-functions-key",
        // With it the host's proxy marks all that it hands on.
        "x-ms-invocation-id",
    ];
    const BEGINNINGS: [&str; 8] =
        ["disguised-", "mcp-", "sec-", "x-arr-", "x-forwarded-", "x-ms-client-principal", "x-original-", "x-waws-"];
    NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

fn no_such_path(path: &str) -> Response {
    http::error(
        StatusCode::NOT_FOUND,
        &format!("nothing answers at {path}; if it is a function, generate the app's files and deploy it again"),
    )
}

/// The answer to a request for a function that is not the host's own.
fn refuse_call() -> Response {
    let why = "functions are called by the Functions host only, through the MCP endpoint of the app";
    Refusal::Key.log(format_args!("a request is refused: {why}"));
    http::error(StatusCode::FORBIDDEN, why)
}

/// The answer while the folder of the app has an open route.
fn refusal(problem: &str) -> Response {
    http::error(StatusCode::SERVICE_UNAVAILABLE, problem)
}
