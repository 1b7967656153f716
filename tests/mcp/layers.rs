//! Layers around calls, at both endpoints, in tasks, and as the Functions host calls functions.

use crate::wire::{HANDSHAKE_REVISIONS, STATELESS, request, result, stateless_with};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::process::{App, tool_result};

const LAYERED: &str = env!("CARGO_BIN_EXE_layered");

fn app() -> App {
    App::local_host(Command::new(LAYERED))
}

/// The texts of a tool's result.
fn texts(result: &Value) -> Vec<&str> {
    result["content"].as_array().unwrap().iter().map(|block| block["text"].as_str().unwrap()).collect()
}

fn call(address: SocketAddr, revision: &str, tool: &str, arguments: &Value) -> Value {
    result(&request(address, revision, "tools/call", json!({ "name": tool, "arguments": arguments })))
}

/// What the layers add to a call of the tool `echo`.
const ECHOED: [&str; 3] = ["hi", r#"inner: Tool echo {"text":"hi"}"#, r#"outer: Tool echo {"text":"hi"}"#];

#[test]
fn every_kind_passes_the_layers_in_order_on_every_revision() {
    let app = app();
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        let ask = |method, params| result(&request(app.address, revision, method, params));
        assert_eq!(texts(&call(app.address, revision, "echo", &json!({ "text": "hi" }))), ECHOED, "{revision}");
        let note = ask("resources/read", json!({ "uri": "notes://7" }));
        let text = "note 7; inner: Resource note notes://7; outer: Resource note notes://7";
        assert_eq!(note["contents"][0]["text"], text, "{revision}");
        let prompt = ask("prompts/get", json!({ "name": "summarize", "arguments": { "topic": "tea" } }));
        let messages: Vec<_> = prompt["messages"].as_array().unwrap().iter().map(|m| &m["content"]["text"]).collect();
        let given = r#"{"topic":"tea"}"#;
        let marks = [format!("inner: Prompt summarize {given}"), format!("outer: Prompt summarize {given}")];
        assert_eq!(messages, ["Summarize tea.", &marks[0], &marks[1]], "{revision}");
        let reference = json!({ "type": "ref/resource", "uri": "notes://{id}" });
        let completed =
            ask("completion/complete", json!({ "ref": reference, "argument": { "name": "id", "value": "4" } }));
        let values = json!(["41", "inner: Completion note ", "outer: Completion note "]);
        assert_eq!(completed["completion"]["values"], values, "{revision}");
    }
}

#[test]
fn a_layer_refuses_and_sees_what_failed() {
    let app = app();
    let refused = call(app.address, STATELESS, "forbidden", &json!({}));
    assert_eq!((texts(&refused), &refused["isError"]), (vec!["the guard lets nobody pass"], &json!(true)));
    let slow = call(app.address, STATELESS, "too_slow", &json!({}));
    assert_eq!(texts(&slow), ["too_slow took longer than 0.05 s and was stopped"]);
    let panicked = call(app.address, STATELESS, "panic", &json!({}));
    assert_eq!(texts(&panicked), ["An error occurred invoking 'panic'."]);
}

#[test]
fn the_functions_host_calls_through_the_layers_too() {
    let trigger = json!({ "name": "echo", "arguments": { "text": "hi" } });
    let app = App::handler(LAYERED, &[]);
    assert_eq!(texts(&tool_result(&app.invoke("Echo", &trigger))), ECHOED);
    let refused = tool_result(&app.invoke("Forbidden", &json!({ "name": "forbidden" })));
    assert_eq!(texts(&refused), ["the guard lets nobody pass"]);
}

#[test]
fn a_task_passes_the_layers() {
    let app = app();
    let capabilities = json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
    let ask = |method: &str, params| result(&stateless_with(app.address, &[], method, params, capabilities.clone()));
    let task = ask("tools/call", json!({ "name": "later", "arguments": {} }));
    assert_eq!(task["resultType"], "task", "{task}");
    let start = Instant::now();
    let ended = loop {
        let state = ask("tasks/get", json!({ "taskId": task["taskId"] }));
        if state["status"] == "completed" {
            break state;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{state}");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(texts(&ended["result"]), ["done later", "inner: Tool later {}", "outer: Tool later {}"]);
}
