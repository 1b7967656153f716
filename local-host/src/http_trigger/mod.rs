//! Functions with an HTTP trigger: a request finds its function by the route, and invokes it or is forwarded to the
//! handler.

mod exchange;
mod forward;

pub use forward::{Forward, Forwarding, RequestBody};

use crate::access::Access;
use crate::invoker::{BoundFunction, BoundInvoker};
use forward::ForwardTarget;
use host_protocol::function_json::{FunctionJson, HTTP_TRIGGER};
use host_protocol::http_trigger::{
    HttpFunction, HttpResponse, InvalidHttpFunction, InvalidRoute, RequestPath, RouteTable,
};
use host_protocol::invocation::Trigger;
use hyper::body::Incoming;
use hyper::{Request, StatusCode};
use mcp_trigger_core::accounts::{Account, Place};
use mcp_trigger_core::http::{self, BodyError, Limits, Response};
use std::sync::Arc;

/// Whether a function has an HTTP trigger.
pub(crate) fn is_http(file: &FunctionJson) -> bool {
    file.trigger().is_some_and(|trigger| trigger.is(HTTP_TRIGGER))
}

/// All functions with an HTTP trigger.
pub(crate) struct HttpTriggers {
    functions: Vec<(BoundFunction, HttpFunction)>,
    routes: RouteTable,
    /// Functions whose bindings are in error, with their names.
    invalid: Vec<(String, InvalidHttpFunction)>,
    /// Functions that have no route with the prefix of the app, by their places.
    without_route: Vec<(usize, InvalidRoute)>,
    /// Forwards the requests of functions that need no invocation.
    pub(crate) forward: Option<(Arc<dyn Forward>, Forwarding)>,
}

/// The default of `extensions.http.routePrefix`.
const PREFIX: &str = "api";

impl HttpTriggers {
    pub(crate) fn new(functions: &[(BoundFunction, FunctionJson)]) -> Self {
        let (mut known, mut invalid) = (Vec::new(), Vec::new());
        for (function, file) in functions {
            match HttpFunction::read(&function.name, file) {
                Some(Ok(http)) => known.push((function.clone(), http)),
                Some(Err(problem)) => invalid.push((function.name.clone(), problem)),
                None => {}
            }
        }
        let (routes, without_route) = Default::default();
        let mut triggers = HttpTriggers { functions: known, routes, invalid, without_route, forward: None };
        triggers.set_prefix(PREFIX);
        triggers
    }

    /// Puts the same prefix before all routes.
    pub(crate) fn set_prefix(&mut self, prefix: &str) {
        let functions = self.functions.iter().map(|(_, function)| (prefix, function));
        (self.routes, self.without_route) = RouteTable::new(functions);
    }

    /// The functions that are not served, by name, and why.
    pub(crate) fn problems(&self) -> impl Iterator<Item = (&str, &dyn std::fmt::Display)> {
        let without_route = self.without_route.iter().map(|(at, problem)| (&*self.functions[*at].0.name, problem as _));
        self.invalid.iter().map(|(name, problem)| (&**name, problem as _)).chain(without_route)
    }

    /// Answers a request for a path that is not one of the host's own.
    pub(crate) async fn respond(
        &self,
        access: &Access,
        invoker: &Arc<BoundInvoker>,
        (limits, account): (Limits, &(dyn Fn() -> Arc<Account> + Sync)),
        request: Request<Incoming>,
    ) -> Response {
        let path = RequestPath::parse(request.uri().path());
        let is_own = path.to_string() == "/" || path.starts_with("admin") || path.starts_with("runtime");
        let Some(found) = self.routes.find(request.method().as_str(), &path).filter(|_| !is_own) else {
            return http::empty(StatusCode::NOT_FOUND);
        };
        let (function, http) = &self.functions[found.function];
        let name = &function.name;
        let identity = match access.http_function(&request, name, http.level) {
            Ok(identity) => identity,
            Err(refusal) => return refusal,
        };
        if let Some((forward, forwarding)) = self.forward.as_ref().filter(|_| http.can_be_forwarded) {
            let target = ForwardTarget { function: name, path: &path, limit: limits.bytes };
            return forward::respond(forward, *forwarding, target, request).await;
        }

        let (head, body) = request.into_parts();
        let body = match exchange::has_content(&head.headers) {
            true => http::read_body(body, limits, || Some(account())).await.map(Some),
            // The host does not read one that comes in chunks.
            false => Ok(None),
        };
        let body = match body {
            Ok(body) => body,
            Err(BodyError::TooLarge) => return http::empty(StatusCode::PAYLOAD_TOO_LARGE),
            Err(BodyError::Incomplete) => return http::empty(StatusCode::BAD_REQUEST),
            Err(BodyError::Full(full)) => return http::closing(http::overloaded(full)),
            Err(BodyError::Stalled) => return http::closing(http::empty(StatusCode::REQUEST_TIMEOUT)),
        };
        let place = match Place::take(&account(), &body.clone().unwrap_or_default()) {
            Ok(place) => place,
            Err(full) => return http::closing(http::overloaded(full)),
        };
        let request = exchange::request(&head, &path, found.parameters, identity, body);
        let trigger = Trigger::Http(Box::new(request));
        let Some(result) = invoker.invoke(function, trigger, Vec::new(), place).await else {
            return http::empty(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let response = HttpResponse::of(http.output.as_ref(), &result).map_err(|error| error.to_string());
        response.and_then(exchange::response).unwrap_or_else(|why| {
            tracing::error!("{name}: {why}");
            http::empty(StatusCode::INTERNAL_SERVER_ERROR)
        })
    }
}
