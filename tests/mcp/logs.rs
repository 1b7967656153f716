//! What is logged, and who reads it.

use crate::wire::{STATELESS, post, stateless_with};
use crate::{PROBE, probe};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use tests::mcp::{Answer, Client};
use tests::process::App;
use tests::recording::Response;

/// Requests that end in secrets, whatever their kind.
fn requests(how: &str) -> Vec<(&'static str, Value)> {
    let completion = json!({
        "ref": { "type": "ref/prompt", "name": "secret_prompt" },
        "argument": { "name": "how", "value": how },
    });
    vec![
        ("tools/call", json!({ "name": "keep_secrets", "arguments": { "how": how } })),
        ("tools/call", json!({ "name": "dynamic_secrets", "arguments": { "how": how } })),
        ("resources/read", json!({ "uri": format!("secret://{how}") })),
        ("prompts/get", json!({ "name": "secret_prompt", "arguments": { "how": how } })),
        ("completion/complete", completion),
    ]
}

/// All that comes of a request, as it is on the wire.
fn all(answer: Answer) -> String {
    match answer {
        Answer::Whole(response) => response.body,
        Answer::Stream(stream) => stream.rest().iter().map(|event| event.message.to_string()).collect(),
    }
}

#[test]
fn clients_are_told_what_the_function_tells_them_and_nothing_else() {
    let app = probe(&[]);
    let client = Client::initialize(app.address, "2025-11-25", &json!({}));
    assert_eq!(client.request(&json!(1), "logging/setLevel", json!({ "level": "debug" })).last()["result"], json!({}));
    let mut told = 0;
    for how in ["panic", "error"] {
        for (method, mut params) in requests(how) {
            let answer = all(client.request(&json!(2), method, params.clone()));
            params["_meta"] = json!({ "io.modelcontextprotocol/logLevel": "debug" });
            let modern = stateless_with(app.address, &[], method, params, json!({})).body;
            for answer in [answer, modern] {
                assert!(!answer.contains("secret of"), "{method}: {answer}");
                assert!(answer.contains("An error occurred"), "{method}: {answer}");
                told += answer.matches("for everybody").count();
            }
        }
    }
    assert_eq!(told, 4, "one line of each call of the tool");
    app.signal("KILL");
    let (_, stdout, stderr) = app.ended();
    for secret in ["tracing", "the panic", "the error"] {
        assert!(stderr.contains(&format!("the secret of {secret}")), "{stderr}");
    }
    assert!(stdout.contains(" another_crate: keep_secrets: the secret of another crate\n"), "{stdout}");
}

#[test]
fn a_task_tells_its_client_no_more_than_a_call() {
    let app = probe(&[]);
    let capabilities = json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
    for how in ["panic", "error"] {
        let params = json!({
            "name": "keep_secrets", "arguments": { "how": how }, "_meta": { "io.modelcontextprotocol/logLevel": "debug" },
        });
        let created = stateless_with(app.address, &[], "tools/call", params, capabilities.clone());
        let task = crate::wire::result(&created)["taskId"].clone();
        let mut said = created.body;
        crate::wait_until(|| {
            let got = stateless_with(app.address, &[], "tasks/get", json!({ "taskId": task }), capabilities.clone());
            said += &got.body;
            !said.contains("secret of") && got.body.contains("An error occurred invoking 'keep_secrets'.")
        });
        assert!(!said.contains("secret of"), "{said}");
    }
}

/// What an app that was called has written to standard output and standard error, run by hand with these levels.
fn written(levels: &str, call: impl FnOnce(&App)) -> [String; 2] {
    let mut command = Command::new(PROBE);
    command.env("RUST_LOG", levels);
    let app = App::local_host(command);
    call(&app);
    app.signal("INT");
    let (_, stdout, stderr) = app.ended();
    [stdout, stderr]
}

/// The lines of its log.
fn logged(levels: &str, call: impl FnOnce(&App)) -> [Vec<String>; 2] {
    let lines = |text: String| text.lines().filter(|line| line.starts_with("20")).map(str::to_owned).collect();
    written(levels, call).map(lines)
}

fn call(app: &App, tool: &str, arguments: Value) -> Response {
    crate::wire::request(app.address, "2025-11-25", "tools/call", json!({ "name": tool, "arguments": arguments }))
}

#[test]
fn lines_of_a_call_have_its_module_and_the_id_of_its_invocation() {
    let [stdout, stderr] = logged("probe=debug", |app| {
        call(app, "log", json!({}));
        call(app, "fail", json!({}));
    });
    let [context, warning, tracing] = stdout.as_slice() else { panic!("{stdout:?}") };
    let id = context.split_once(" [").and_then(|(_, rest)| rest.split_once(']')).expect("an id").0;
    assert_eq!(id.len(), 36, "{context}");
    assert!(context.ends_with(&format!("Z  INFO [{id}] probe: log: from the context")), "{context}");
    assert!(warning.ends_with(&format!("Z  WARN [{id}] probe: log: take care")), "{warning}");
    assert!(tracing.ends_with(&format!("Z  INFO [{id}] probe: log: from tracing answer=42")), "{tracing}");
    let [failed] = stderr.as_slice() else { panic!("{stderr:?}") };
    assert!(failed.contains("Z ERROR [") && failed.ends_with("] probe: fail: failed: no such city"), "{failed}");
}

#[test]
fn each_call_has_one_line_when_the_app_is_run_by_hand() {
    let [stdout, _] = logged("mcp_trigger=info", |app| {
        call(app, "echo", json!({ "text": "x" }));
        call(app, "fail", json!({}));
        tests::mcp::Client::stateless(app.address).say("echo", json!({ "text": "x" }));
    });
    let said: Vec<_> = stdout.iter().map(|line| line.split_once("mcp_trigger::call: ").expect("a call").1).collect();
    for (line, outcome) in said.iter().zip(["echo: succeeded", "fail: failed", "echo: succeeded"]) {
        let millis = line.strip_prefix(outcome).and_then(|rest| rest.strip_prefix(" after ")?.strip_suffix(" ms"));
        assert!(millis.expect(line).parse::<f64>().is_ok(), "{line}");
    }
    assert_eq!(said.len(), 3, "{stdout:?}");
    let [stdout, _] = logged("info,mcp_trigger::call=off", |app| {
        call(app, "echo", json!({ "text": "x" }));
    });
    assert_eq!(stdout, Vec::<String>::new());
}

#[test]
fn nothing_of_a_client_begins_a_line_or_commands_a_terminal() {
    let evil = "\u{1b}[2J\r\n2026-01-01T00:00:00.000Z ERROR forged\u{85}\u{2028}";
    let [stdout, stderr] = written("trace", |app| {
        call(app, evil, json!({}));
        call(app, "panic_with", json!({ "text": evil }));
        call(app, "wait", json!({ "millis": evil }));
        call(app, "echo_and_fail", json!({ "text": evil }));
        call(app, "wait", json!({ evil: 1, "millis": 1 }));
        let body =
            json!({ "jsonrpc": "2.0", "id": evil, "method": evil, "params": { "_meta": { "progressToken": evil } } });
        post(app.address, &[("MCP-Protocol-Version", STATELESS)], &body.to_string());
    });
    let is_raw = |c: char| c != '\n' && c.is_control() || c == '\u{2028}';
    for written in [&stdout, &stderr] {
        assert!(written.contains(r"\u{1b}[2J\r\n2026"), "{written:?}");
        assert!(!written.contains(is_raw), "{written:?}");
        assert!(!written.lines().any(|line| line.starts_with("2026-01-01")), "{written:?}");
    }
    let panic = stderr.lines().find(|line| line.contains(" panic: ")).expect("a line");
    assert!(panic.contains("] panic: panic_with: tests/probe/main.rs:"), "{panic}");
}

#[test]
fn levels_that_cannot_be_read_keep_the_app_from_starting() {
    for command in [&["serve", "--port", "0"][..], &["list"], &["call", "echo"]] {
        let output = Command::new(PROBE).args(command).env("RUST_LOG", "probe=loud").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.starts_with("error: RUST_LOG is `probe=loud`, and `probe=loud` cannot be read"), "{stderr}");
    }
    let output = Command::new(PROBE).arg("--help").env("RUST_LOG", "probe=loud").output().unwrap();
    assert!(output.status.success());
}

/// The Functions host writes a line for each call itself.
#[test]
fn calls_have_no_line_behind_the_functions_host() {
    let app = App::handler(PROBE, &[("RUST_LOG", "info")]);
    assert_eq!(call(&app, "log", json!({})).status, 200);
    app.invoke("Log", &json!({ "name": "log", "arguments": {}, "transport": { "name": "http-streamable" } }));
    app.signal("KILL");
    let (_, stdout, _) = app.ended();
    assert!(!stdout.contains("mcp_trigger::call"), "{stdout}");
    assert_eq!(stdout.matches("from the context").count(), 1, "not what travels with the reply: {stdout}");
}

#[test]
fn nobody_has_to_read_the_log() {
    let mut command = Command::new(PROBE);
    command.args(["--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut app = command.spawn().unwrap();
    let mut stdout = BufReader::new(app.stdout.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "no address");
        if let Some((_, rest)) = line.split_once("http://") {
            break rest.split('/').next().unwrap().parse().unwrap();
        }
    };
    // More than a pipe holds.
    let client = Client::stateless(address);
    for _ in 0..1000 {
        assert_eq!(client.say("echo", json!({ "text": "x" })), "x");
    }
    app.kill().unwrap();
    app.wait().unwrap();
}
