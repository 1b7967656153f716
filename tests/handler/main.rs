//! The custom handler as a process, spoken to as the Functions host does, and as an outsider might.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod blocking;
mod life;
mod requests;

/// The program under test.
const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// The trigger value of a call.
fn call(name: &str, arguments: serde_json::Value) -> serde_json::Value {
    serde_json::json!({
        "name": name,
        "arguments": arguments,
        "sessionid": "abc|def",
        "transport": { "name": "http-streamable", "sessionId": "abc|def", "properties": { "headers": { "User-Agent": "test" } } },
    })
}
