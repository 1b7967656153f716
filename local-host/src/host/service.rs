//! Which part of the host answers a request: the endpoint, the host's own paths, functions with an HTTP trigger, or the app's server.

use super::AppServer;
use super::admin::Admin;
use crate::access::{Access, Cors, check_host, check_origin};
use crate::endpoint::{self, Endpoint};
use crate::http_trigger::HttpTriggers;
use hyper::body::Incoming;
use hyper::{Method, Request};
use mcp_trigger_core::auth::Gate;
use mcp_trigger_core::http::{self, Response, Service};
use std::net::IpAddr;
use std::sync::Arc;

/// All that answers at the host's address: the endpoint, the host's own paths, functions with an HTTP trigger, and the
/// app's server.
pub(super) struct HostService {
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) access: Access,
    pub(super) admin: Admin,
    pub(super) http: HttpTriggers,
    pub(super) app_server: Option<Arc<dyn AppServer>>,
    pub(super) cors: Cors,
    pub(super) gate: Option<Arc<Gate>>,
    pub(super) loopback: bool,
    #[cfg(feature = "auth")]
    pub(super) identity_provider: Option<Arc<crate::identity_provider::IdentityProvider>>,
}

impl HostService {
    async fn answer(&self, request: Request<Incoming>, from: IpAddr, is_let_in: bool) -> Response {
        let path = request.uri().path();
        if let Some(server) = self.app_server_at(path) {
            // It looks at the origin by itself, for an app may allow some. The key is that of the function which brings it there in
            // Azure.
            let (function, level) = server.function();
            let check_key = |request: &Request<Incoming>| {
                self.access.keys.as_ref()?;
                self.access.http_function(request, function, level).err()
            };
            return server.respond(request, from, &check_key).await;
        }
        #[cfg(feature = "auth")]
        let is_let_in = is_let_in && self.identity_provider.as_ref().is_none_or(|provider| !provider.owns(path));
        if self.loopback
            && !is_let_in
            && let Err(refusal) = check_origin(&request)
        {
            return refusal;
        }
        #[cfg(feature = "auth")]
        if let Some(provider) = self.identity_provider.as_ref().filter(|provider| provider.owns(request.uri().path())) {
            let account = || Some(self.endpoint.account(from));
            return provider.receive(request, self.endpoint.limits.pause, account).await;
        }
        if let Some(metadata) = self.metadata(&request) {
            return metadata;
        }
        let request = match self.admit(request).await {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        match (request.method(), request.uri().path()) {
            (_, path) if endpoint::answers(path) => self.endpoint.respond(&self.access, request, from).await,
            (_, path) if endpoint::is_another_webhook(path) => endpoint::refuse_webhook(&self.access, &request),
            (&Method::GET, "/") => http::text("The local host of an MCP server: MCP is at /runtime/webhooks/mcp\n"),
            _ => match self.admin.respond(&self.access, &request) {
                Some(response) => response,
                None => {
                    let (invoker, limits) = (&self.endpoint.methods.invoker, self.endpoint.limits);
                    let account = || self.endpoint.account(from);
                    self.http.respond(&self.access, invoker, (limits, &account), request).await
                }
            },
        }
    }

    /// The answer below `/.well-known`, which needs no token.
    fn metadata(&self, request: &Request<Incoming>) -> Option<Response> {
        let of_gate = self.gate.as_ref().and_then(|gate| gate.metadata(request));
        of_gate.or_else(|| self.app_server.as_ref()?.well_known(request))
    }

    /// Asks for a token where a gate does. A browser asks without one whether it may send a request to the app's own server.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    async fn admit(&self, request: Request<Incoming>) -> Result<Request<Incoming>, Response> {
        let is_preflight =
            || http::is_preflight(&request) && request.uri().path().trim_end_matches('/').eq_ignore_ascii_case("/mcp");
        match &self.gate {
            Some(gate) if is_preflight() => Ok(gate.strip(request)),
            Some(gate) => Box::pin(gate.admit(request)).await,
            None => Ok(request),
        }
    }

    /// The app's own server, if a request is for it.
    fn app_server_at(&self, path: &str) -> Option<&dyn AppServer> {
        self.app_server.as_deref().filter(|server| server.answers(path))
    }
}

impl Service for HostService {
    async fn respond(&self, request: Request<Incoming>, from: IpAddr) -> Response {
        if self.loopback {
            let allow = |name: &str| {
                self.cors.origins.allow_name(name)
                    || self.app_server_at(request.uri().path()).is_some_and(|server| server.allows_name(name))
            };
            if let Err(refusal) = check_host(&request, allow) {
                return refusal;
            }
        }
        if let Some(answer) = self.cors.preflight(&request) {
            return answer;
        }
        let page = self.cors.page(&request);
        let response = self.answer(request, from, page.is_some()).await;
        self.cors.show(page, response)
    }

    fn end(&self) {
        self.endpoint.sse.end();
        self.app_server.as_ref().inspect(|server| server.end());
    }
}
