//! The host's own paths below `/admin/` that tools use: to wait until the host runs, to find the key of the endpoint, to
//! list functions.

use crate::access::Access;
use host_protocol::FunctionJson;
use hyper::header::{CACHE_CONTROL, HeaderValue, PRAGMA};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::http::{self, Response};
use serde_json::{Value, json};
use std::time::Instant;

/// Answers at the paths below `/admin/`.
pub(crate) struct Admin {
    functions: Vec<(String, FunctionJson)>,
    started: Instant,
}

impl Admin {
    pub(crate) fn new(functions: Vec<(String, FunctionJson)>) -> Self {
        Admin { functions, started: Instant::now() }
    }

    /// Answers a request. `None` for other paths.
    pub(crate) fn respond<B>(&self, access: &Access, request: &Request<B>) -> Option<Response> {
        // The host finds paths in whatever case.
        let path = request.uri().path().trim_end_matches('/').to_ascii_lowercase();
        let content = match (request.method(), path.as_str()) {
            // It asks for no key (recordings/auth.jsonl, "admin ping").
            (&Method::GET | &Method::POST, "/admin/host/ping") => return Some(ping()),
            (&Method::GET, "/admin/host/status") => Admin::status,
            (&Method::GET, "/admin/host/systemkeys/mcp_extension") => Admin::system_key,
            (&Method::GET, "/admin/functions") => Admin::list,
            _ => return None,
        };
        Some(access.admin(request).map_or_else(
            |refusal| refusal,
            |()| match content(self, access) {
                Some(content) => http::json(StatusCode::OK, content.to_string()),
                None => http::empty(StatusCode::NOT_FOUND),
            },
        ))
    }

    fn status(&self, _: &Access) -> Option<Value> {
        let uptime = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let version = env!("CARGO_PKG_VERSION");
        Some(json!({
            "state": "Running",
            "version": version,
            "versionDetails": format!("mcp-trigger {version}"),
            "processUptime": uptime,
        }))
    }

    fn system_key(&self, access: &Access) -> Option<Value> {
        let keys = access.keys.as_ref()?;
        Some(json!({ "name": "mcp_extension", "value": keys.mcp_extension() }))
    }

    fn list(&self, _: &Access) -> Option<Value> {
        let functions = self.functions.iter();
        Some(functions.map(|(name, file)| json!({ "name": name, "config": file.to_value() })).collect())
    }
}

fn ping() -> Response {
    let mut response = http::empty(StatusCode::OK);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store,no-cache"));
    response.headers_mut().insert(PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
