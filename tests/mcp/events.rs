//! What a client sent and gets back: in events it is written anew.

use crate::wire::{HANDSHAKE_REVISIONS, STATELESS, body, error, post, probe};
use serde_json::Value;
use std::net::SocketAddr;
use tests::recording::Response;

/// Calls a tool that reports its progress, with this JSON text for an id and for a token.
fn report(address: SocketAddr, revision: &str, id: &str, token: &str) -> Response {
    let meta = match revision {
        STATELESS => format!(
            "\"io.modelcontextprotocol/protocolVersion\":\"{STATELESS}\",\"io.modelcontextprotocol/clientCapabilities\":{{}},"
        ),
        _ => String::new(),
    };
    let params = format!("{{\"name\":\"report\",\r\n\"_meta\":{{{meta}\"progressToken\":{token}}}}}");
    let request = format!("{{\"jsonrpc\":\"2.0\",\"id\":\n{id}\r\n,\"method\":\"tools/call\",\"params\":{params}}}");
    let headers = [("MCP-Protocol-Version", revision), ("Mcp-Method", "tools/call"), ("Mcp-Name", "report")];
    post(address, if revision == STATELESS { &headers } else { &headers[..1] }, &request)
}

/// The messages of a stream, as a reader takes it apart that breaks lines wherever Unicode does.
fn messages(stream: &str) -> Vec<Value> {
    let lines = stream.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
    let data = lines.filter_map(|line| match line.split_once(": ") {
        Some(("data", json)) => Some(serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))),
        Some(("event", "message")) => None,
        _ => {
            assert_eq!(line, "", "{stream}");
            None
        }
    });
    data.collect()
}

#[test]
fn ids_and_tokens_come_back_in_events_without_line_breaks() {
    let probe = probe();
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        for text in ["\"a\\n\u{2028}\u{2029}\u{85}b\"", "7", "-7"] {
            let answer = report(probe.address, revision, text, text);
            let messages = messages(&answer.body);
            let given: Value = serde_json::from_str(text).unwrap();
            assert_eq!(messages.len(), 3, "{revision}: {answer:?}");
            assert_eq!(messages[0]["params"]["progressToken"], given, "{revision}");
            assert_eq!(messages[2]["id"], given, "{revision}");
        }
    }
}

#[test]
fn a_progress_token_is_a_string_or_a_number() {
    let probe = probe();
    for token in ["{\n\"a\"\r\n:1}", "[1,\n\n2]", "true", "false", "{}", "[]"] {
        for revision in HANDSHAKE_REVISIONS {
            let answer = report(probe.address, revision, "7", token);
            assert_eq!(body(&answer)["result"]["content"][0]["text"], "reported", "{revision} {token}: ignored");
        }
        let answer = report(probe.address, STATELESS, "7", token);
        assert_eq!(error(&answer), (400, -32602), "{token}");
        assert!(answer.body.contains("`_meta.progressToken`"), "{answer:?}");
    }
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        let answer = report(probe.address, revision, "7", "null");
        assert_eq!(body(&answer)["result"]["content"][0]["text"], "reported", "{revision}: null is none");
    }
}
