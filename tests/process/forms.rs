//! Both forms that `generate` writes, run as a host runs them: its own files, and a handler started by what they say.

use serde_json::{Value, json};
use std::process::Command;
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::App;
use tests::recording::{Headers, Response};

const PROBE: &str = env!("CARGO_BIN_EXE_probe");

fn generate(folder: &TempFolder, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(PROBE);
    command.args(["generate", "--root"]).arg(folder.path()).args(arguments);
    let output = command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT").output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn host(folder: &TempFolder) -> App {
    let mut command = Command::new(PROBE);
    command.args(["host", "--root"]).arg(folder.path());
    command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", PROBE);
    App::local_host(command)
}

fn post(app: &App, path: &str, body: &str) -> Response {
    let host = app.address.to_string();
    let json = "application/json";
    let headers = [("Host", &*host), ("Content-Type", json), ("Accept", "application/json, text/event-stream")];
    let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    exchange(app.address, "POST", path, &headers, body.as_bytes())
}

fn echo() -> String {
    let params = json!({ "name": "echo", "arguments": { "text": "x" } });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

#[test]
fn an_app_runs_in_both_forms() {
    let folder = TempFolder::new();
    let invocation = tests::process::invocation(&json!({ "name": "count", "arguments": {} }));
    for (arguments, has_functions) in [(&["--self-hosted"][..], false), (&[], true), (&["--self-hosted"], false)] {
        let (ok, said) = generate(&folder, arguments);
        assert!(ok, "{said}");
        assert!(generate(&folder, &["--check"]).0, "the form that it has");
        assert_eq!(folder.path().join("Count/function.json").exists(), has_functions);

        let app = host(&folder);
        let answer: Value = serde_json::from_str(&post(&app, "/mcp", &echo()).body).unwrap();
        assert_eq!(answer["result"]["content"][0]["text"], "x");
        assert_eq!(post(&app, "/Count", &invocation).status, 404);
        let answer = post(&app, "/runtime/webhooks/mcp", &echo());
        assert_eq!(answer.body.contains(r#""text":"x""#), has_functions, "{answer:?}");
    }
}
