//! What comes from a network that nobody knows.

use crate::wire::{body, error, headers, post, probe};
use tests::http::exchange;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[test]
fn pages_of_others_are_refused() {
    let probe = probe();
    let status = |host: &str, origin: &str| post(probe.address, &[("Host", host), ("Origin", origin)], PING).status;
    assert_eq!(status("localhost:1", "http://localhost:1"), 200);
    assert_eq!(status("localhost", ""), 200);
    for (host, origin) in [
        ("evil.example", "http://evil.example"),
        ("localhost", "http://evil.example"),
        ("evil.example", ""),
        ("localhost", "null"),
    ] {
        assert_eq!(status(host, origin), 403, "{host} {origin}");
    }
}

#[test]
fn what_is_not_offered_is_405() {
    let probe = probe();
    for method in ["PUT", "PATCH", "OPTIONS"] {
        let response = exchange(probe.address, method, "/mcp", &headers(&[]), b"");
        assert_eq!(response.status, 405, "{method}");
    }
}

#[test]
fn kinds_of_content_are_looked_at() {
    let probe = probe();
    let status = |accept: &str, content_type: &str| {
        post(probe.address, &[("Accept", accept), ("Content-Type", content_type)], PING).status
    };
    for accept in ["application/json", "*/*", "application/json;q=0.9, text/event-stream", "application/*"] {
        assert_eq!(status(accept, "application/json; charset=utf-8"), 200, "{accept}");
    }
    for accept in ["text/html", "image/*"] {
        assert_eq!(status(accept, "application/json"), 406, "{accept}");
    }
    for content_type in ["text/plain", "application/xml", ""] {
        assert_eq!(status("*/*", content_type), 415, "{content_type}");
    }
}

#[test]
fn no_body_is_the_end_of_the_server() {
    let probe = probe();
    let deep = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}}"#, "[".repeat(10_000));
    let closed = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for text in [&deep, &closed, "", "{", "nope", "\"", "\u{feff}{}", r#"{"jsonrpc":"2.0","id":1,"method":"#] {
        let answer = post(probe.address, &[], text);
        assert_eq!(error(&answer), (400, -32700), "{}", &text[..text.len().min(40)]);
        assert!(body(&answer).get("id").is_none(), "MCP knows no null for an id");
    }
    for text in [
        "{}",
        "5",
        "null",
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
    ] {
        assert_eq!(error(&post(probe.address, &[], text)), (400, -32600), "{text}");
    }
    let long = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"x":"{}"}}}}"#, "x".repeat(1_000_000));
    assert_eq!(post(probe.address, &[], &long).status, 413);
    assert_eq!(post(probe.address, &[], PING).status, 200, "it is still there");
}

#[test]
fn invalid_utf_8_is_no_json() {
    let probe = probe();
    let answer = exchange(probe.address, "POST", "/mcp", &headers(&[]), b"{\"jsonrpc\":\"2.0\",\"id\":\"\xff\"}");
    assert_eq!(error(&answer), (400, -32700));
}
