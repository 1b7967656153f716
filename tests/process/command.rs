//! The command `host`, as a user runs it, with handlers that are not ours.

use crate::app::tool;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::App;
use tests::recording::{Headers, Response};

pub(crate) fn host(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.args(["host", "--root"]).arg(folder).args(arguments).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}

pub(crate) fn call(app: &App, tool: &str, arguments: Value) -> Response {
    let request = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments }
    });
    let headers = [
        ("Host", app.address.to_string()),
        ("Content-Type", "application/json".to_owned()),
        ("Accept", "application/json, text/event-stream".to_owned()),
    ];
    let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value)).into());
    exchange(app.address, "POST", "/runtime/webhooks/mcp", &headers, request.to_string().as_bytes())
}

pub(crate) fn host_json(executable: &str, arguments: &[&str]) -> String {
    let description = json!({ "defaultExecutablePath": executable, "arguments": arguments });
    json!({ "version": "2.0", "customHandler": { "description": description } }).to_string()
}

#[test]
fn a_handler_in_python_runs() {
    let python = Command::new("python3").arg("--version").output();
    assert!(python.is_ok_and(|python| python.status.success()), "this test needs python3, and it is not there");
    let folder = TempFolder::new();
    folder.write("host.json", &host_json("python3", &["-u", "handler.py"]));
    folder.write("handler.py", include_str!("data/handler.py"));
    folder.write("Hello/function.json", &tool("hello"));
    let timer =
        r#"{"bindings": [{"type": "timerTrigger", "direction": "in", "name": "t", "schedule": "0 * * * * *"}]}"#;
    folder.write("Tick/function.json", timer);
    folder.write("Broken/function.json", r#"{"bindings": [{"type": "mcpToolTrigger", "name": "t", "toolName": "b"}]}"#);
    let app = App::local_host(host(folder.path(), &[]));
    for _ in 0..3 {
        let answer = call(&app, "hello", json!({ "name": "Åse" }));
        assert!(answer.body.contains("Hello, \\u00C5se, from Python!"), "{answer:?}");
    }
    app.signal("INT");
    let (status, stdout, stderr) = app.ended();
    assert!(status.success(), "{status}: {stderr}");
    for line in [
        "1 tool:\n  hello  Does something.\n",
        "Not run by the local host:\n  Broken  bindings[0]",
        "\n  Tick    the local host runs no `timerTrigger`",
    ] {
        assert!(stdout.contains(line), "{line} in {stdout}");
    }
    assert!(stdout.contains("Hello: /Hello ran"), "what it logs has its name: {stdout}");
    assert!(
        stdout.contains("\"POST /Hello HTTP/1.1\" 200"),
        "what it writes to its standard error is in the log: {stdout}"
    );
    assert!(stdout.contains("Executed 'Functions.Hello' (Succeeded, Id="), "each call has a line: {stdout}");
    assert!(!stderr.contains("POST /Hello"), "and is no error: {stderr}");
}

#[test]
fn machines_get_one_object_when_it_is_ready() {
    let folder = TempFolder::new();
    folder.write("host.json", &host_json(env!("CARGO_BIN_EXE_faulty"), &[]));
    folder.write("Hello/function.json", &tool("hello"));
    let app = App::local_host(host(folder.path(), &["--json"]));
    assert_eq!(call(&app, "hello", json!({})).status, 200);
    app.signal("TERM");
    let (status, stdout, stderr) = app.ended();
    assert!(status.success(), "{stderr}");
    let said: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(said["functions"][0]["name"], "hello");
    assert!(said["endpoint"].as_str().unwrap().ends_with("/runtime/webhooks/mcp"), "{said}");
    assert!(stderr.contains("starting"), "the handler's lines are on stderr: {stderr}");
}

#[test]
fn http_functions_are_handed_on_and_have_keys() {
    let folder = TempFolder::new();
    let description = json!({ "defaultExecutablePath": env!("CARGO_BIN_EXE_faulty") });
    let handler = json!({ "description": description, "enableProxyingHttpRequest": true });
    folder.write("host.json", &json!({ "version": "2.0", "customHandler": handler }).to_string());
    let bindings = json!([
        { "type": "httpTrigger", "direction": "in", "name": "req", "route": "users/{id}" },
        { "type": "http", "direction": "out", "name": "res" }
    ]);
    folder.write("Users/function.json", &json!({ "bindings": bindings }).to_string());
    let app = App::local_host(host(folder.path(), &["--keys", folder.path().join("keys.json").to_str().unwrap()]));
    let get = |key: Option<&str>| {
        let mut headers = vec![("Host".to_owned(), app.address.to_string())];
        headers.extend(key.map(|key| ("x-functions-key".to_owned(), key.to_owned())));
        exchange(app.address, "GET", "/api/users/7", &Headers(headers), b"")
    };
    assert_eq!(get(None).status, 401);
    let keys = std::fs::read_to_string(folder.path().join("keys.json")).unwrap();
    let keys: Value = serde_json::from_str(&keys).unwrap();
    let answer = get(keys["functions"]["Users"].as_str());
    assert!(answer.status == 200 && answer.body.starts_with("{\"ReturnValue\""), "{answer:?}");
    app.signal("INT");
    let (_, stdout, _) = app.ended();
    assert!(stdout.contains("1 HTTP function:\n  /api/users/{id}  Users, authLevel function\n"), "{stdout}");
}

#[test]
fn a_handler_that_crashes_too_often_ends_the_host_with_an_error() {
    let folder = TempFolder::new();
    folder.write("host.json", &host_json(env!("CARGO_BIN_EXE_faulty"), &[]));
    folder.write("Hello/function.json", &tool("hello"));
    folder.write("Crash/function.json", &tool("crash"));
    let app = App::local_host(host(folder.path(), &[]));
    for _ in 0..2 {
        assert!(call(&app, "crash", json!({})).body.contains("\"isError\":true"));
        assert!(call(&app, "hello", json!({})).body.contains("\"text\""));
    }
    call(&app, "crash", json!({}));
    let (status, _, stderr) = app.ended();
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("crash 3") && stderr.contains("exit code 9"), "{stderr}");
}

#[test]
fn what_is_wrong_with_an_app_ends_the_command() {
    let folder = TempFolder::new();
    let fails = || {
        let output = host(folder.path(), &["--port", "0"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(fails().contains("no host.json"));
    folder.write("host.json", &host_json("nothere", &[]));
    assert!(fails().contains("there is no function"));
    folder.write("Hello/function.json", &tool("hello"));
    let why = fails();
    assert!(why.contains("there is no file `nothere`") && why.contains("defaultExecutablePath"), "{why}");
    folder.write("Hello2/function.json", &tool("HELLO"));
    let why = fails();
    assert!(why.contains("Hello2: bindings[0].toolName") && why.contains("another name"), "{why}");
}

/// Calls from now on until one is answered so. All of them are answered.
fn call_until(app: &App, tool: &str, part: &str) {
    let start = Instant::now();
    loop {
        let answer = call(app, tool, json!({}));
        assert_eq!(answer.status, 200, "{answer:?}");
        if answer.body.contains(part) {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "no `{part}` comes; the last answer was {answer:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn changes_are_followed_and_calls_wait() {
    let folder = TempFolder::new();
    let script = |value: &str| format!("#!/bin/sh\nFAULTY_VALUE={value} exec '{}'\n", env!("CARGO_BIN_EXE_faulty"));
    folder.write("host.json", &host_json("run.sh", &[]));
    folder.write("Hello/function.json", &tool("hello"));
    folder.write("End/function.json", &tool("end"));
    folder.write_script("run.sh", &script("first"));
    let app = App::local_host(host(folder.path(), &["--watch"]));
    call_until(&app, "hello", "first");
    folder.write_script("run.sh", &script("second"));
    call_until(&app, "hello", "second");
    folder.write("Other/function.json", &tool("other"));
    call_until(&app, "other", "second");
    // What cannot be read changes nothing, and what cannot be started is tried again.
    folder.write("host.json", "{");
    std::thread::sleep(Duration::from_millis(1500));
    call_until(&app, "other", "second");
    folder.write("host.json", &host_json("later.sh", &[]));
    std::thread::sleep(Duration::from_millis(1500));
    folder.write_script("later.sh", &script("third"));
    call_until(&app, "hello", "third");
    // A handler that is not started any more is started when it changes.
    call(&app, "end", json!({}));
    call_until(&app, "hello", "\"isError\":true");
    folder.write_script("later.sh", &script("fourth"));
    call_until(&app, "hello", "fourth");
    app.signal("INT");
    let (status, stdout, stderr) = app.ended();
    assert!(status.success(), "{stderr}");
    assert!(stdout.contains("  other  Does something."), "{stdout}");
    assert!(stderr.contains("host.json cannot be read") && stderr.contains("no file `later.sh`"), "{stderr}");
}
