//! The worker's own HTTP server, to which the host hands requests for `/mcp` (the capability `HttpUri`): they stream both ways.

use super::joins::{Joined, Joins, Route, Unjoined};
use crate::server::{self, McpServer};
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, Body, Refusal, Response, Service};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The header that names the invocation of a request.
pub(super) const INVOCATION_ID: HeaderName = HeaderName::from_static("x-ms-invocation-id");
/// The header that names the address that the client has asked.
pub(super) const PUBLIC_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// The way of requests for the app's own server.
#[derive(Clone)]
pub(super) struct HttpWay {
    pub(super) mcp: Arc<McpServer>,
    pub(super) joins: Arc<Joins>,
    /// The address of the worker's own HTTP server.
    pub(super) address: SocketAddr,
}

/// Answers the requests that the host hands on. Others can reach the port too, from this machine: they have no invocation.
pub(super) struct Requests {
    pub(super) mcp: Arc<McpServer>,
    pub(super) joins: Arc<Joins>,
    /// Why nobody is served, if nobody is.
    pub(super) refusal: Option<&'static str>,
}

impl Service for Requests {
    async fn respond(&self, mut request: Request<Incoming>, from: IpAddr) -> Response {
        let Some(id) = only(request.headers(), &INVOCATION_ID) else {
            return refused(StatusCode::FORBIDDEN, "a request names its invocation once, and this one does not");
        };
        let joined = match self.joins.request(&id).await {
            Ok(joined) => joined,
            Err(Unjoined::Unknown) => {
                return refused(
                    StatusCode::FORBIDDEN,
                    "the Functions host has told of no invocation with the id of the request",
                );
            }
            Err(Unjoined::Twice) => return refused(StatusCode::CONFLICT, "there is a request with this id already"),
            Err(Unjoined::TooMany) => {
                return http::retried(refused(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "too many requests wait for their invocations",
                ));
            }
        };
        let is_head = request.method() == Method::HEAD;
        request.headers_mut().remove(INVOCATION_ID);
        name_public_host(request.headers_mut());
        let Joined { route, mut cut, ended } = joined;
        tokio::select! {
            biased;
            // The client is gone, or its time is up: nobody reads the response.
            _ = &mut cut => http::closing(http::empty(StatusCode::SERVICE_UNAVAILABLE)),
            response = self.answer(route, request, from) => response.map(|body| {
                // Nobody asks for the body of an answer to HEAD, so its end would not be seen.
                let body = if is_head { Body::default() } else { body };
                body.watched(cut, ended)
            }),
        }
    }

    fn end(&self) {
        self.mcp.end();
    }
}

impl Requests {
    async fn answer(&self, route: Route, request: Request<Incoming>, from: IpAddr) -> Response {
        if let Some(why) = self.refusal {
            return refused(StatusCode::SERVICE_UNAVAILABLE, why);
        }
        // The host has asked for the key of the route, which is not the same for both.
        let path = request.uri().path().to_owned();
        let nothing = || http::error(StatusCode::NOT_FOUND, &format!("nothing answers at {path}"));
        match route {
            Route::Mcp if server::answers(&path) => self.mcp.respond(request, from, |_| None).await,
            Route::Mcp => nothing(),
            Route::WellKnown => self.mcp.well_known(&request).unwrap_or_else(nothing),
        }
    }
}

/// The greatest length of an id, in bytes. Those of the host have 36.
const ID: usize = 64;

/// The value of a header that is there once, and is no longer than an id.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|value| (1..=ID).contains(&value.len()))?;
    values.next().is_none().then(|| value.to_str().ok().map(str::to_owned))?
}

/// Gives `Host` the value that the client has sent: here it is the address of this server. The host adds its own value behind those that a
/// client may have sent.
fn name_public_host(headers: &mut HeaderMap) {
    let last = headers.get_all(PUBLIC_HOST).iter().next_back().and_then(|value| value.to_str().ok());
    let name = last.and_then(|value| value.rsplit(',').next()).map(str::trim).filter(|name| !name.is_empty());
    if let Some(name) = name.and_then(|name| HeaderValue::from_str(name).ok()) {
        headers.insert(HOST, name);
    }
}

fn refused(status: StatusCode, why: &str) -> Response {
    Refusal::Key.log(format_args!("a request is refused: {why}"));
    http::error(status, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_once_and_the_public_host_is_the_hosts_own_word() {
        let mut headers = HeaderMap::new();
        assert_eq!(only(&headers, &INVOCATION_ID), None);
        headers.append(INVOCATION_ID, HeaderValue::from_static("a"));
        assert_eq!(only(&headers, &INVOCATION_ID).as_deref(), Some("a"));
        headers.append(INVOCATION_ID, HeaderValue::from_static("a"));
        assert_eq!(only(&headers, &INVOCATION_ID), None);

        let host = |forwarded: &[&'static str]| {
            let mut headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("127.0.0.1:5000"))]);
            for value in forwarded {
                headers.append(PUBLIC_HOST, HeaderValue::from_static(value));
            }
            name_public_host(&mut headers);
            headers[HOST].to_str().unwrap().to_owned()
        };
        assert_eq!(host(&[]), "127.0.0.1:5000");
        assert_eq!(host(&["app.example"]), "app.example");
        assert_eq!(host(&["evil.example", "app.example"]), "app.example");
        assert_eq!(host(&["evil.example, app.example"]), "app.example");
        assert_eq!(host(&["app.example, "]), "127.0.0.1:5000");
    }
}
