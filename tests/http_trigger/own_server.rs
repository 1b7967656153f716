//! `/mcp` of a handler of ours, behind a host.

use super::behind::{Behind, FORWARDINGS, Form, call};
use local_host::{Forwarding, Keys};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::recording::Response;

const STATELESS: &str = "2026-07-28";

fn keys() -> Keys {
    Keys::new("master", "host", "system")
}

/// The answer in a response, and what came before it.
fn answer(response: &Response) -> (Value, Vec<Value>) {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| panic!("{response:?}"));
    if response.headers.get("Content-Type") == Some("text/event-stream") {
        let mut messages: Vec<Value> =
            response.body.lines().filter_map(|line| line.strip_prefix("data: ")).map(read).collect();
        return (messages.pop().unwrap(), messages);
    }
    (read(&response.body), Vec::new())
}

fn text(response: &Response) -> String {
    let (answer, _) = answer(response);
    answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{response:?}")).to_owned()
}

/// A call of 2026-07-28, from a client that can be asked.
fn stateless(behind: &Behind, tool: &str, mut params: Value) -> Value {
    params["name"] = tool.into();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": STATELESS,
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
        "progressToken": 1,
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let headers = [("MCP-Protocol-Version", STATELESS), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool)];
    answer(&behind.post(&headers, &message)).0["result"].take()
}

#[test]
fn calls_are_answered_in_both_forms_and_ways() {
    for form in [Form::Functions, Form::SelfHosted] {
        for forwarding in FORWARDINGS {
            let behind = Behind::start(form, forwarding, None);
            let response = behind.post(&[], &call("echo", &json!({ "text": "é" })));
            assert_eq!(text(&response), "é", "{form:?} {forwarding:?}");
            let in_capitals = behind.site.request(
                "POST",
                "/MCP/",
                &[("Content-Type", "application/json")],
                call("echo", &json!({ "text": "x" })).to_string().as_bytes(),
            );
            assert_eq!(text(&in_capitals), "x");
            let result = stateless(&behind, "echo", json!({ "arguments": { "text": "new" } }));
            assert_eq!(result["content"][0]["text"], "new");
        }
    }
}

#[test]
fn what_is_not_offered_is_told_through_the_host() {
    for forwarding in FORWARDINGS {
        let behind = Behind::start(Form::Functions, forwarding, None);
        for method in ["GET", "DELETE", "PUT", "OPTIONS", "PATCH"] {
            let response = behind.site.request(method, "/mcp", &[("Accept", "text/event-stream")], b"");
            assert_eq!((response.status, response.headers.get("Allow")), (405, Some("POST")), "{method}");
        }
        assert_eq!(behind.site.status("POST", "/mcp/x", &[]), 404);
    }
}

#[test]
fn a_body_in_chunks_is_read_where_the_host_hands_it_on() {
    let message = call("echo", &json!({ "text": "x" })).to_string();
    let chunked = format!("{:x}\r\n{message}\r\n0\r\n\r\n", message.len());
    for (forwarding, status) in FORWARDINGS.into_iter().zip([500, 200]) {
        let behind = Behind::start(Form::Functions, forwarding, None);
        let headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")];
        assert_eq!(behind.site.request("POST", "/mcp", &headers, chunked.as_bytes()).status, status, "{forwarding:?}");
    }
}

/// A client begins to sign in when it is told 401, or finds where to.
#[test]
fn nobody_is_sent_to_sign_in() {
    for form in [Form::Functions, Form::SelfHosted] {
        let behind = Behind::start(form, Forwarding::Streamed, None);
        for path in [
            "/.well-known/oauth-protected-resource",
            "/.well-known/oauth-protected-resource/mcp",
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration",
        ] {
            let response = behind.site.request("GET", path, &[("MCP-Protocol-Version", "2025-11-25")], b"");
            assert_eq!((response.status, response.headers.get("WWW-Authenticate")), (404, None), "{path}");
            if form == Form::Functions && !path.contains("oauth-protected-resource") {
                assert_eq!(response.body, "", "the host has no route for it");
                continue;
            }
            let body: Value = serde_json::from_str(&response.body).unwrap();
            assert!(body["error"].as_str().unwrap().contains("asks for no token"), "{body}");
        }
        for headers in [&[][..], &[("Authorization", "Bearer x")]] {
            assert_eq!(behind.post(headers, &call("echo", &json!({ "text": "x" }))).status, 200);
        }
    }
}

#[test]
fn the_host_asks_for_a_key_of_its_functions() {
    for (form, function) in [(Form::Functions, "mcp"), (Form::SelfHosted, "http-handler1")] {
        let behind = Behind::start(form, Forwarding::Buffered, Some(keys().with_function(function, "own")));
        let status = |key| behind.post(&[("x-functions-key", key)], &call("count", &json!({}))).status;
        assert_eq!([status(""), status("wrong"), status("system")], [401; 3], "{form:?}");
        assert_eq!(behind.runs(), 0, "{form:?}");
        assert_eq!([status("host"), status("own"), status("master")], [200; 3], "{form:?}");
    }
}

/// What comes before the answer arrives with it, at the latest.
#[test]
fn progress_arrives_late_where_the_host_does_not_stream() {
    for forwarding in FORWARDINGS {
        let behind = Behind::start(Form::Functions, forwarding, None);
        let mut message = call("report", &json!({}));
        message["params"]["_meta"] = json!({ "progressToken": "p" });
        let (answer, before) = answer(&behind.post(&[], &message));
        assert_eq!(answer["result"]["content"][0]["text"], "reported", "{forwarding:?}");
        let progress: Vec<_> = before.iter().map(|message| message["params"]["progress"].as_i64().unwrap()).collect();
        assert_eq!(progress, [1, 2], "{forwarding:?}");
    }
}

/// Without a session nothing brings the answer to the function, so it must not wait for one.
#[test]
fn a_client_that_cannot_be_asked_is_told_so_at_once() {
    for forwarding in FORWARDINGS {
        let behind = Behind::start(Form::Functions, forwarding, None);
        let start = Instant::now();
        let (answer, before) =
            answer(&behind.post(&[("MCP-Protocol-Version", "2025-11-25")], &call("ask", &json!({}))));
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!((&answer["result"]["isError"], before), (&json!(true), vec![]), "{forwarding:?}");
        let message = answer["result"]["content"][0]["text"].as_str().unwrap();
        assert!(message.contains("McpOptions::sessions"), "{message}");
    }
}

#[test]
fn a_client_of_today_is_asked_through_any_host() {
    for forwarding in FORWARDINGS {
        let behind = Behind::start(Form::Functions, forwarding, None);
        let asked = stateless(&behind, "ask", json!({ "arguments": {} }));
        assert_eq!(asked["resultType"], "input_required", "{asked}");
        let answer = |key: &str, name: &str| json!({ key: { "action": "accept", "content": { "name": name } } });
        let next = |asked: &Value, answers: Value| {
            let params = json!({ "arguments": {}, "requestState": asked["requestState"], "inputResponses": answers });
            stateless(&behind, "ask", params)
        };
        let asked = next(&asked, answer("1", "Ann"));
        let done = next(&asked, answer("2", "Oslo"));
        assert_eq!(done["content"][0]["text"], "Ann of Oslo", "{forwarding:?}: {done}");
    }
}

#[test]
fn pages_are_looked_at_behind_the_host_too() {
    let azure = [("WEBSITE_HOSTNAME", "app.example")];
    // The local host lets no other names in, so that the handler is asked itself: a host leaves `Host` as it is.
    let status = |environment: &[(&str, &str)], host: &str, origin: &str| {
        let behind = Behind::start_with(Form::Functions, Forwarding::Streamed, None, &[], environment);
        let headers = [("Host", host), ("Origin", origin), ("Content-Type", "application/json")];
        let forged = [("X-Forwarded-Host", "evil.example"), ("X-Original-Host", "evil.example")];
        let headers = headers.iter().chain(&forged).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let headers = tests::recording::Headers(headers.collect());
        let body = call("echo", &json!({ "text": "x" })).to_string();
        tests::http::exchange(behind.handler.address, "POST", "/mcp", &headers, body.as_bytes()).status
    };
    assert_eq!(status(&azure, "app.example", "https://app.example"), 200);
    assert_eq!(status(&azure, "app.example", "https://evil.example"), 403);
    // As under Core Tools: a page that has made its own name lead here (DNS rebinding).
    let local = [("WEBSITE_HOSTNAME", "localhost:7071")];
    for environment in [&local[..], &[]] {
        assert_eq!(status(environment, "evil.example", "http://evil.example"), 403);
        assert_eq!(status(environment, "localhost:7071", "http://localhost:6274"), 200);
    }
}
