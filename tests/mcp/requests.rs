//! One request, one answer.

use crate::wire::{HANDSHAKE_REVISIONS, STATELESS, body, error, post, probe, request, result, stateless};
use serde_json::{Value, json};
use std::net::SocketAddr;

fn all_revisions() -> impl Iterator<Item = &'static str> {
    HANDSHAKE_REVISIONS.into_iter().chain([STATELESS])
}

fn echo(address: SocketAddr, revision: &str) -> Value {
    result(&request(address, revision, "tools/call", json!({ "name": "echo", "arguments": { "text": "hi" } })))
}

#[test]
fn a_tool_answers_in_every_revision() {
    let probe = probe();
    for revision in all_revisions() {
        let result = echo(probe.address, revision);
        assert_eq!(result["content"], json!([{ "type": "text", "text": "hi" }]), "{revision}");
        let is_stateless = revision == STATELESS;
        assert_eq!(result.get("resultType").is_some(), is_stateless, "{revision}: {result}");
        assert_eq!(result.get("_meta").is_some(), is_stateless, "{revision}: {result}");
    }
}

#[test]
fn a_revision_is_sent_what_it_knows() {
    let probe = probe();
    for revision in all_revisions() {
        let listed = result(&request(probe.address, revision, "tools/list", json!({})));
        let tools = listed["tools"].as_array().expect("a list");
        let tell = tools.iter().find(|tool| tool["name"] == "tell").expect("a tool");
        assert_eq!(tell.get("outputSchema").is_some(), revision >= "2025-06-18", "{revision}: {tell}");
        assert_eq!(listed.get("ttlMs").is_some(), revision == STATELESS, "{revision}");
        let told = result(&request(probe.address, revision, "tools/call", json!({ "name": "tell" })));
        assert_eq!(told.get("structuredContent").is_some(), revision >= "2025-06-18", "{revision}: {told}");
        assert_eq!(told["content"][0]["type"], "text", "{revision}: the same as text for all");
    }
}

#[test]
fn a_handshake_ends_with_a_revision_that_has_one() {
    let probe = probe();
    let asked = |version: &str| {
        let params =
            json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } });
        let request = json!({ "jsonrpc": "2.0", "id": 7, "method": "initialize", "params": params });
        result(&post(probe.address, &[], &request.to_string()))["protocolVersion"].clone()
    };
    for revision in HANDSHAKE_REVISIONS {
        assert_eq!(asked(revision), revision);
    }
    for unknown in [STATELESS, "1999-01-01", ""] {
        assert_eq!(asked(unknown), "2025-11-25", "{unknown}");
    }
}

#[test]
fn a_handshake_needs_a_version() {
    let probe = probe();
    for params in [json!({}), json!([]), json!({ "protocolVersion": 1 })] {
        let request = json!({ "jsonrpc": "2.0", "id": 7, "method": "initialize", "params": params });
        assert_eq!(error(&post(probe.address, &[], &request.to_string())), (200, -32602), "{params}");
    }
}

#[test]
fn what_a_revision_does_not_have_is_not_there() {
    let probe = probe();
    let code = |revision, method| error(&request(probe.address, revision, method, json!({})));
    for method in ["ping", "initialize", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "nope"] {
        assert_eq!(code(STATELESS, method), (404, -32601), "{method}");
    }
    for method in ["server/discover", "subscriptions/listen", "nope"] {
        assert_eq!(code("2025-11-25", method), (200, -32601), "{method}");
    }
    assert_eq!(result(&request(probe.address, "2025-11-25", "ping", json!({}))), json!({}));
}

#[test]
fn the_server_says_what_it_is() {
    let probe = probe();
    let discovered = result(&request(probe.address, STATELESS, "server/discover", json!({})));
    let versions: Vec<_> = all_revisions().collect();
    let supported: Vec<_> = discovered["supportedVersions"].as_array().expect("a list").iter().rev().collect();
    assert_eq!(supported, versions);
    assert!(discovered["capabilities"]["tools"].is_object() && discovered["capabilities"]["prompts"].is_object());
    assert!(discovered["ttlMs"].is_u64() && discovered["cacheScope"] == "public");
    let server = &discovered["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!((&server["name"], &server["version"]), (&json!("probe"), &json!("1.0")));
}

#[test]
fn since_2026_every_request_says_all_in_body_and_headers() {
    let probe = probe();
    let meta = |version: &str| {
        json!({
            "io.modelcontextprotocol/protocolVersion": version,
            "io.modelcontextprotocol/clientCapabilities": {},
        })
    };
    let send = |headers: &[(&str, &str)], meta: Value| {
        let params = json!({ "name": "echo", "arguments": { "text": "hi" }, "_meta": meta });
        let request = json!({ "jsonrpc": "2.0", "id": "x", "method": "tools/call", "params": params });
        let response = post(probe.address, headers, &request.to_string());
        assert_eq!(body(&response)["id"], "x");
        response
    };
    let version = ("MCP-Protocol-Version", STATELESS);
    let (method, name) = (("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"));
    assert_eq!(send(&[version, method, name], meta(STATELESS)).status, 200);
    assert_eq!(send(&[version, method, ("Mcp-Name", "=?base64?ZWNobw==?=")], meta(STATELESS)).status, 200);
    assert_eq!(send(&[version, method, ("mcp-name", "  echo ")], meta(STATELESS)).status, 200);

    let mismatch = (400, -32020);
    assert_eq!(error(&send(&[method, name], meta(STATELESS))), mismatch, "no version");
    assert_eq!(error(&send(&[("MCP-Protocol-Version", "2025-11-25"), method, name], meta(STATELESS))), mismatch);
    assert_eq!(error(&send(&[version, name], meta(STATELESS))), mismatch, "no method");
    assert_eq!(error(&send(&[version, ("Mcp-Method", "TOOLS/CALL"), name], meta(STATELESS))), mismatch);
    assert_eq!(error(&send(&[version, method], meta(STATELESS))), mismatch, "no name");
    for wrong in ["Echo", "=?base64?ZWNobw=?=", "=?base64?!!!!?=", "=?base64?ZWNobw==", "ZWNobw==?="] {
        assert_eq!(error(&send(&[version, method, ("Mcp-Name", wrong)], meta(STATELESS))), mismatch, "{wrong}");
    }

    assert_eq!(error(&send(&[version, method, name], json!(null))), (400, -32602));
    assert_eq!(error(&send(&[version, method, name], json!({}))), (400, -32602));
    let unknown = send(&[("MCP-Protocol-Version", "v9"), method, name], meta("v9"));
    assert_eq!(error(&unknown), (400, -32022));
    let data = &body(&unknown)["error"]["data"];
    assert!(data["requested"] == "v9" && data["supported"].as_array().is_some_and(|list| list.len() == 5), "{data}");
}

#[test]
fn a_batch_is_of_2025_03_26() {
    let probe = probe();
    let call = |id: u8| json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": "echo", "arguments": { "text": id.to_string() } } });
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let batch = json!([call(1), notification, call(2), { "jsonrpc": "2.0", "id": 3, "method": "initialize" }, 4]);
    let answers = body(&post(probe.address, &[("MCP-Protocol-Version", "2025-03-26")], &batch.to_string()));
    let answers = answers.as_array().expect("an array");
    assert_eq!(answers.len(), 4, "{answers:?}");
    assert_eq!(answers[0]["result"]["content"][0]["text"], "1");
    assert_eq!(answers[1]["result"]["content"][0]["text"], "2");
    assert_eq!((&answers[2]["error"]["code"], &answers[3]["error"]["code"]), (&json!(-32600), &json!(-32600)));

    let only = json!([notification]).to_string();
    let response = post(probe.address, &[], &only);
    assert_eq!((response.status, response.body.as_str()), (202, ""));
    for (revision, text) in [("2025-06-18", batch.to_string()), ("2025-03-26", "[]".to_owned())] {
        assert_eq!(error(&post(probe.address, &[("MCP-Protocol-Version", revision)], &text)), (400, -32600));
    }
}

#[test]
fn mistakes_are_named() {
    let probe = probe();
    for revision in all_revisions() {
        let code = |method, params| error(&request(probe.address, revision, method, params)).1;
        assert_eq!(code("tools/call", json!({ "name": "nope" })), -32602, "{revision}");
        assert_eq!(code("tools/call", json!({ "name": "ECHO" })), -32602, "{revision}: names have a case");
        assert_eq!(code("tools/call", json!({})), -32602, "{revision}");
        assert_eq!(code("prompts/get", json!({ "name": "nope" })), -32602, "{revision}");
        let missing = if revision == STATELESS { -32602 } else { -32002 };
        assert_eq!(code("resources/read", json!({ "uri": "nope://x" })), missing, "{revision}");
    }
    let text = |name: &str| {
        let result = result(&request(probe.address, STATELESS, "tools/call", json!({ "name": name })));
        assert_eq!(result["isError"], true);
        result["content"][0]["text"].as_str().expect("text").to_owned()
    };
    assert_eq!(text("fail"), "no such city");
    assert!(!text("fail_in_private").contains("hunter2") && !text("panic").contains("secret"));
}

#[test]
fn a_client_that_lacks_a_capability_hears_which() {
    let probe = probe();
    let answer = stateless(probe.address, "tools/call", json!({ "name": "ask" }), json!({ "sampling": {} }));
    assert_eq!(error(&answer), (400, -32021));
    let data = &body(&answer)["error"]["data"];
    assert_eq!(data["requiredCapabilities"], json!({ "elicitation": { "form": {} } }));
}
