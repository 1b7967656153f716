//! Requests in the words of each revision.

use serde_json::{Value, json};
use std::net::SocketAddr;
use tests::http::exchange;
use tests::process::App;
use tests::recording::{Headers, Response};

pub(crate) const HANDSHAKE_REVISIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
pub(crate) const STATELESS: &str = "2026-07-28";

/// The probe, as its own server.
pub(crate) fn probe() -> App {
    crate::probe(&[])
}

pub(crate) fn headers(headers: &[(&str, &str)]) -> Headers {
    let usual = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    let is_given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
    let usual = usual.into_iter().filter(|(name, _)| !is_given(name));
    let all =
        [("Host", "localhost")].into_iter().filter(|_| !is_given("Host")).chain(usual).chain(headers.iter().copied());
    Headers(
        all.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
    )
}

/// Sends a body as it is.
pub(crate) fn post(address: SocketAddr, given: &[(&str, &str)], body: &str) -> Response {
    exchange(address, "POST", "/mcp", &headers(given), body.as_bytes())
}

/// Sends a request in a revision, outside of any session.
pub(crate) fn request(address: SocketAddr, revision: &str, method: &str, params: Value) -> Response {
    request_with(address, revision, method, params, &[])
}

/// The same, with more headers.
pub(crate) fn request_with(
    address: SocketAddr,
    revision: &str,
    method: &str,
    params: Value,
    more: &[(&str, &str)],
) -> Response {
    if revision == STATELESS {
        return stateless_with(address, more, method, params, json!({}));
    }
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string();
    post(address, &[&[("MCP-Protocol-Version", revision)], more].concat(), &body)
}

/// Sends a request of 2026-07-28, from a client with these capabilities.
pub(crate) fn stateless(address: SocketAddr, method: &str, params: Value, capabilities: Value) -> Response {
    stateless_with(address, &[], method, params, capabilities)
}

/// The same with more headers.
pub(crate) fn stateless_with(
    address: SocketAddr,
    more: &[(&str, &str)],
    method: &str,
    mut params: Value,
    capabilities: Value,
) -> Response {
    let meta = &mut params["_meta"];
    meta["io.modelcontextprotocol/protocolVersion"] = STATELESS.into();
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    let name = ["name", "uri", "taskId"].iter().find_map(|member| params.get(member)?.as_str());
    let name = name.unwrap_or_default().to_owned();
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string();
    let headers = [("MCP-Protocol-Version", STATELESS), ("Mcp-Method", method), ("Mcp-Name", &name)];
    post(address, &[&headers, more].concat(), &body)
}

/// The body of a response, which is JSON.
pub(crate) fn body(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("JSON: {} {}", response.status, response.body))
}

/// The result in a response.
pub(crate) fn result(response: &Response) -> Value {
    let mut body = body(response);
    assert_eq!(response.status, 200, "{body}");
    assert_eq!(body["id"], 7, "{body}");
    assert!(body.get("error").is_none(), "{body}");
    body["result"].take()
}

/// The error code in a response, and its status.
pub(crate) fn error(response: &Response) -> (u16, i64) {
    let body = body(response);
    assert!(body.get("result").is_none(), "{body}");
    (response.status, body["error"]["code"].as_i64().expect("a code"))
}
