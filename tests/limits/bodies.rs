//! Bodies that take more memory or time than their length.

use crate::attacker::{Attacker, MCP, Message, RUNTIME, call, initialize, request, text};
use crate::{attacks, size};
use serde_json::json;

/// The length of a body, in bytes; a shorter one where bodies of `/mcp` are limited.
fn long() -> usize {
    size(if cfg!(debug_assertions) { 2_000_000 } else { 8_000_000 }, 20_000_000)
}

/// As long as a body may be anywhere.
fn longest() -> usize {
    size(if cfg!(debug_assertions) { 3_000_000 } else { 15_000_000 }, 99_000_000)
}

/// Sends messages side by side, and reads the answers.
fn send(attacker: &Attacker, messages: &[Message]) {
    attacker.flood(2, messages.len(), |number| messages[number].clone());
}

/// A request in the revisions that differ, and at each endpoint.
fn everywhere(attacker: &Attacker, method: &str, params: &str) -> Vec<Message> {
    let mut messages =
        vec![Message::request("2025-11-25", method, params), Message::stateless(method, "x", params, "{}")];
    if attacker.form.has_runtime() {
        messages.push(Message::to(RUNTIME, request(method, params)));
    }
    messages
}

attacks! {
    /// Addresses are looked up, compared with templates, decoded, and told again in errors.
    fn with_long_addresses(attacker) {
        let slashes = "a/".repeat(long() / 2);
        let escapes = "%41".repeat(long() / 3);
        for address in [format!("note://{}/b", text(long())), format!("note://{slashes}"), format!("note://a/{escapes}")] {
            send(attacker, &everywhere(attacker, "resources/read", &format!(r#""uri":"{address}""#)));
        }
        let session = attacker.initialize("2025-11-25", "{}");
        let subscribe = Message::request("2025-11-25", "resources/subscribe", &format!(r#""uri":"note://{slashes}""#));
        send(attacker, &[subscribe.within(&session)]);
    }

    /// All that is a name somewhere.
    fn with_long_names(attacker) {
        let name = text(long());
        let params = [
            ("tools/call", format!(r#""name":"{name}""#)),
            ("prompts/get", format!(r#""name":"{name}""#)),
            ("tools/list", format!(r#""cursor":"{name}""#)),
            ("completion/complete", format!(r#""ref":{{"type":"ref/prompt","name":"{name}"}},"argument":{{"name":"a","value":""}}"#)),
            ("completion/complete", format!(r#""ref":{{"type":"ref/resource","uri":"note://{name}"}},"argument":{{"name":"id","value":"{name}"}}"#)),
            ("tasks/get", format!(r#""taskId":"{name}""#)),
            ("logging/setLevel", format!(r#""level":"{name}""#)),
            (name.as_str(), String::new()),
        ];
        for (method, params) in &params {
            let mut messages = everywhere(attacker, method, params);
            if method.len() > 100 {
                // It does not fit into a header.
                messages.remove(1);
            }
            send(attacker, &messages);
        }
    }

    /// What a request says beside its parameters is told again.
    fn with_long_ids(attacker) {
        let long = text(long());
        for path in attacker.endpoints() {
            let list = format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"tools/list"}}"#);
            let call = format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"tools/call","params":{{"name":"echo","arguments":{{"text":"a"}},"_meta":{{"progressToken":"{long}"}}}}}}"#);
            let version = request("initialize", &format!(r#""protocolVersion":"{long}","capabilities":{{}},"clientInfo":{{"name":"{long}","version":"1"}}"#));
            send(attacker, &[list, call, version].map(|body| Message::to(path, body)));
        }
    }

    /// Members are a few bytes each, and take a place each.
    fn of_many_members(attacker) {
        let members = r#""":1,"#.repeat(longest() / 5);
        let rest = r#""name":"echo","arguments":{"text":"a"}"#;
        for path in attacker.endpoints() {
            let bodies = [
                format!(r#"{{{members}"jsonrpc":"2.0","id":1,"method":"tools/list"}}"#),
                request("tools/call", &format!("{members}{rest}")),
                call("echo", &format!(r#"{members}"text":"a""#)),
                request("tools/call", &format!(r#"{rest},"_meta":{{{members}"a":1}}"#)),
            ];
            for body in bodies {
                send(attacker, &[Message::to(path, body)]);
            }
        }
        send(attacker, &[initialize("2025-11-25", &format!(r#"{{{members}"a":1}}"#))]);
        let capabilities = format!(r#"{{{members}"a":1}}"#);
        send(attacker, &[Message::stateless_call("echo", r#""text":"a""#, &capabilities)]);
        let responses = format!(r#""name":"ask","inputResponses":{{{members}"a":1}}"#);
        send(attacker, &[Message::stateless("tools/call", "ask", &responses, r#"{"elicitation":{}}"#)]);
    }

    /// Values are read into trees.
    fn of_many_values(attacker) {
        let zeros = vec!["0"; longest() / 2].join(",");
        let nests = vec!["[[[[]]]]"; longest() / 9].join(",");
        let escapes = r"\u0000".repeat(longest() / 6);
        let digits = "9".repeat(long());
        for path in attacker.endpoints() {
            for value in [&format!("[{zeros}]"), &format!("[{nests}]"), &format!("\"{escapes}\""), &digits] {
                send(attacker, &[Message::to(path, call("echo", &format!(r#""text":{value}"#)))]);
            }
        }
        let filter = format!(r#""notifications":{{"resourceSubscriptions":[{}]}}"#, vec!["\"\""; longest() / 3].join(","));
        // Its answer is a stream that goes on.
        drop(attacker.leave(&Message::stateless("subscriptions/listen", "", &filter, "{}")));
    }

    /// Where nothing is wrong but the length.
    fn of_long_arguments(attacker) {
        for path in attacker.endpoints() {
            // An invocation of another process is written, sent and read as a whole.
            let length = if path == RUNTIME { longest() / 4 } else { longest() };
            let echo = format!(r#""text":"{}""#, text(length));
            attacker.flood(4, 4, |_| Message::to(path, call("echo", &echo)));
        }
    }

    /// The Functions host hands on what clients send, as text in text in text.
    fn of_invocations(attacker) {
        if attacker.form.has_runtime() {
            return;
        }
        let members = r#""":1,"#.repeat(size(500_000, 4_000_000));
        let arguments: Box<serde_json::value::RawValue> = serde_json::from_str(&format!(r#"{{{members}"text":"a"}}"#)).unwrap();
        let trigger = format!(r#"{{"name":"echo","arguments":{arguments}}}"#);
        let once = serde_json::Value::String(trigger);
        let body = json!({ "Data": { "toolTrigger": once.to_string() }, "Metadata": {} }).to_string();
        let message = Message { body: body.into_bytes(), ..Message::invocation(attacker.server, "Echo", &json!({})) };
        attacker.flood(2, 2, |_| message.clone());
        let long = json!({ "name": "echo", "arguments": { "text": text(longest() / 4) } });
        attacker.flood(4, 4, |_| Message::invocation(attacker.server, "Echo", &long));
    }

    /// A page of nothing that has to be read to its end all the same.
    fn of_blanks(attacker) {
        let blanks = vec![b' '; longest()];
        for path in attacker.endpoints() {
            attacker.flood(2, 2, |_| Message::to(path, blanks.clone()));
            attacker.flood(2, 2, |_| Message::to(path, "[".repeat(longest())));
        }
        attacker.post(&Message::to(MCP, "{\"a\":".repeat(longest() / 5)));
    }
}
