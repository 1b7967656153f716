//! `Message::read`: the JSON-RPC message of a client; and what is made of the same text before and after.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcp_trigger_core::mcp::event::event;
use mcp_trigger_core::mcp::jsonrpc::{Message, has_more_values_than, is_deeper_than};
use mcp_trigger_core::mcp::method::Method;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let message = Message::read(text);
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };

    // Here `-0` is an integer. serde_json reads it as the float `-0.0`.
    if value["id"].as_f64() == Some(0.0) && !value["id"].is_i64() {
        return;
    }
    if let Some(message) = &message {
        assert_eq!(kind(message), kind_of_value(&value), "two readers see two messages");
    }
    // Without members that occur twice, of which the first may be of a wrong type, the two agree both ways.
    let plain = value.to_string();
    let message = Message::read(&plain);
    assert_eq!(message.as_ref().map_or("none", kind), kind_of_value(&value), "two readers see two messages");
    if let Some(Message::Request(request)) = message {
        assert_eq!(value["method"], *request.method);
        assert_eq!(value["id"].to_string(), request.id.get());
        assert_eq!(request.params.named().is_ok(), value.get("params").is_none_or(|it| it.is_object() || it.is_null()));
        assert!(Method::parse(&request.method).is_none_or(|method| method.as_str() == request.method));
    }

    for limit in [1, 2, 5] {
        assert_eq!(is_deeper_than(limit, &plain), depth(&value) > limit, "deeper than {limit}");
        // Brackets may count as values, and no value is left out.
        let (values, brackets) = count(&value);
        let has_more = has_more_values_than(limit, &plain);
        assert!(has_more || values <= limit, "{values} values are more than {limit}");
        assert!(!has_more || values + brackets > limit, "{values} values are not more than {limit}");
    }

    let event = event(text);
    let line = event.strip_prefix("event: message\ndata: ").and_then(|rest| rest.strip_suffix("\n\n"));
    let line = line.expect("an event has one line of data");
    assert!(!line.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']), "an event has one line of data");
    assert_eq!(serde_json::from_str::<Value>(line).ok(), Some(value), "an event is the same JSON");
});

fn kind(message: &Message<'_>) -> &'static str {
    match message {
        Message::Request(_) => "request",
        Message::Notification(_) => "notification",
        Message::Response(_) => "response",
    }
}

fn kind_of_value(value: &Value) -> &'static str {
    let is_id = |id: &Value| id.is_string() || id.is_i64();
    match (value.get("id"), value.get("method")) {
        _ if !value.is_object() || value["jsonrpc"] != "2.0" => "none",
        (None, Some(Value::String(_))) => "notification",
        (Some(id), Some(Value::String(_))) if is_id(id) => "request",
        (Some(id), None) if is_id(id) && (value.get("result").is_some() || value.get("error").is_some()) => "response",
        _ => "none",
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

/// The values inside of a value, and the arrays and objects among them and itself.
fn count(value: &Value) -> (usize, usize) {
    let inside: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => return (0, 0),
    };
    let counts = inside.iter().map(|value| count(value));
    counts.fold((inside.len(), 1), |(values, brackets), (more, others)| (values + more, brackets + others))
}
