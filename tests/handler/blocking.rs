//! Functions that block their thread stop no other call, whatever they were like before.
//!
//! The calls block until another call, which comes later, opens their gate: if that one were not answered, nothing would be.

use super::{PROBE, call};
use serde_json::{Value, json};
use std::thread;
use tests::process::{App, tool_result};

/// More than there are processors.
const CALLS: usize = 64;

fn text(app: &App, function: &str, tool: &str, arguments: Value) -> String {
    let result = tool_result(&app.invoke(function, &call(tool, arguments)));
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}")).to_owned()
}

/// Blocks many calls of a function at once, and looks after others meanwhile.
fn block_many(app: &App, function: &str, tool: &str) {
    thread::scope(|scope| {
        let calls: Vec<_> =
            (0..CALLS).map(|_| scope.spawn(|| text(app, function, tool, json!({ "block": true })))).collect();
        while text(app, "Blocked", "blocked", json!({})) != CALLS.to_string() {
            assert_eq!(text(app, "Echo", "echo", json!({ "text": "hello" })), "hello");
        }
        let _ = app.invoke("OpenGate", &call("open_gate", json!({})));
        for call in calls {
            assert_eq!(call.join().unwrap(), "unblocked");
        }
    });
}

#[test]
fn functions_that_are_not_async_stop_no_other_call() {
    block_many(&App::handler(PROBE, &[]), "Block", "block");
}

#[test]
fn nor_do_those_that_are_and_block_nevertheless() {
    block_many(&App::handler(PROBE, &[]), "BlockAsync", "block_async");
}

#[test]
fn nor_do_those_that_have_always_returned_at_once() {
    for (function, tool) in [("Block", "block"), ("BlockAsync", "block_async")] {
        let app = App::handler(PROBE, &[]);
        for _ in 0..300 {
            assert_eq!(text(&app, function, tool, json!({ "block": false })), "unblocked");
        }
        block_many(&app, function, tool);
    }
}

#[test]
fn a_time_limit_holds_for_them_and_they_are_told() {
    let app = App::handler(PROBE, &[]);
    let result = tool_result(&app.invoke("BlockTooLong", &call("block_too_long", json!({}))));
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().unwrap().contains("longer than 0.05 s"), "{result}");
    // It opens the gate when it is told.
    assert_eq!(text(&app, "Block", "block", json!({ "block": true })), "unblocked");
}
