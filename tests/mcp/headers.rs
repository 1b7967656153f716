//! Arguments that clients repeat in headers, and what else a request says beside its arguments.

use crate::lists::listed;
use crate::wire::{HANDSHAKE_REVISIONS, STATELESS, body, probe, request_with};
use serde_json::{Value, json};
use tests::process::App;

fn send(app: &App, revision: &str, params: Value, headers: &[(&str, &str)]) -> (u16, Value) {
    let response = request_with(app.address, revision, "tools/call", params, headers);
    (response.status, body(&response))
}

/// The status, and the code of the error if there is one.
fn call(app: &App, tool: &str, arguments: Value, headers: &[(&str, &str)]) -> (u16, Option<i64>) {
    let (status, answer) = send(app, STATELESS, json!({ "name": tool, "arguments": arguments }), headers);
    assert!(answer["result"]["isError"].is_null(), "{answer}");
    (status, answer["error"]["code"].as_i64())
}

const PASSES: (u16, Option<i64>) = (200, None);
const REFUSED: (u16, Option<i64>) = (400, Some(-32020));

#[test]
fn headers_say_what_the_arguments_are() {
    let app = probe();
    let described = |arguments, headers: &[(&str, &str)]| call(&app, "described", arguments, headers);
    let region = ("mcp-param-REGION", "Oslo");
    assert_eq!(described(json!({ "region": "Oslo" }), &[region]), PASSES);
    assert_eq!(described(json!({ "region": "Oslo" }), &[("Mcp-Param-Region", "=?base64?T3Nsbw==?=")]), PASSES);
    assert_eq!(described(json!({ "region": "Oslo", "sure": null }), &[region, ("Mcp-Param-Other", "x")]), PASSES);
    let all = [region, ("Mcp-Param-Page-Size", "5"), ("Mcp-Param-Sure", "true")];
    assert_eq!(described(json!({ "region": "Oslo", "page_size": 5, "sure": true }), &all), PASSES);

    assert_eq!(described(json!({ "region": "Oslo" }), &[]), REFUSED);
    assert_eq!(described(json!({ "region": "Oslo" }), &[("Mcp-Param-Region", "oslo")]), REFUSED);
    assert_eq!(described(json!({ "region": "Oslo" }), &[("Mcp-Param-Region", "=?base64?T3Nsbw?=")]), REFUSED);
    assert_eq!(described(json!({ "region": "Oslo", "page_size": 5 }), &[region]), REFUSED);
    assert_eq!(described(json!({ "region": "Oslo" }), &[region, ("Mcp-Param-Sure", "true")]), REFUSED);
}

#[test]
fn fields_have_headers_too() {
    let app = probe();
    let arguments = json!({ "tenant": "a", "filter": { "limit": 3 } });
    let headers = [("Mcp-Param-Tenant", "a"), ("Mcp-Param-Limit", "3.0")];
    assert_eq!(call(&app, "search", arguments.clone(), &headers), PASSES);
    assert_eq!(call(&app, "search", arguments.clone(), &headers[..1]), REFUSED);
    assert_eq!(call(&app, "search", arguments, &[]), REFUSED);
    assert_eq!(call(&app, "search", json!({ "filter": { "limit": 3 } }), &headers[1..]), PASSES);
}

#[test]
fn only_2026_07_28_knows_of_them() {
    let app = probe();
    let properties =
        |revision, tool| listed(&app, revision, "tools/list", "tools", tool)["inputSchema"]["properties"].clone();
    let described = properties(STATELESS, "described");
    assert_eq!(described["region"], json!({ "description": "Where", "type": "string", "x-mcp-header": "Region" }));
    assert_eq!(described["sure"], json!({ "type": "boolean", "x-mcp-header": "Sure" }));
    assert_eq!(properties(STATELESS, "search")["tenant"]["x-mcp-header"], "Tenant");
    for revision in HANDSHAKE_REVISIONS {
        assert_eq!(properties(revision, "described")["region"], json!({ "description": "Where", "type": "string" }));
        assert!(!properties(revision, "search").to_string().contains("x-mcp-header"));
        let arguments = json!({ "region": "Oslo" });
        let params = json!({ "name": "described", "arguments": arguments });
        let (_, answer) = send(&app, revision, params, &[("Mcp-Param-Region", "Bergen")]);
        assert!(answer["result"]["content"].is_array(), "{answer}");
    }
}

#[test]
fn functions_read_the_meta_of_their_request() {
    let app = probe();
    let text = |revision, params| {
        let (_, answer) = send(&app, revision, params, &[("traceparent", "header"), ("baggage", "b=2")]);
        answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let traced =
        json!({ "name": "read_meta", "_meta": { "com.example/a": [1.50], "traceparent": "meta", "tracestate": "s" } });
    for revision in ["2025-06-18", STATELESS] {
        let text = text(revision, traced.clone());
        assert!(text.contains(r#""com.example/a":[1.5"#) && text.ends_with("\nmeta s b=2"), "{text}");
    }
    assert_eq!(text("2025-06-18", json!({ "name": "read_meta" })), "none\nheader  b=2");
}

/// A model reads results, and no errors of the protocol: `tool_error` in `server/methods/functions.rs` names the lines of the
/// specification.
#[test]
fn wrong_arguments_are_a_result_on_every_revision() {
    let app = probe();
    let call =
        |revision, arguments: Value| send(&app, revision, json!({ "name": "Wait", "arguments": arguments }), &[]).1;
    let wait =
        |revision, arguments: Value| send(&app, revision, json!({ "name": "wait", "arguments": arguments }), &[]).1;
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        assert_eq!(call(revision, json!({}))["error"]["code"], -32602, "{revision}: there is no such tool");
        for arguments in [json!({ "millis": "soon" }), json!({}), json!(null)] {
            let answer = wait(revision, arguments);
            assert_eq!(answer["result"]["isError"], true, "{revision}: {answer}");
            assert!(answer["result"]["content"][0]["text"].as_str().unwrap().contains("`millis`"), "{answer}");
        }
        // These are no `CallToolRequest`.
        for arguments in [json!([1]), json!("millis"), json!(5)] {
            assert_eq!(wait(revision, arguments)["error"]["code"], -32602, "{revision}");
        }
    }
    let failed = send(&app, STATELESS, json!({ "name": "fail", "arguments": null }), &[]).1;
    assert_eq!(failed["result"]["isError"], true, "{failed}");
}
