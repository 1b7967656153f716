//! recordings/host-json.jsonl: what of host.json starts a handler, how, and what does not.

use crate::app;
use local_host::{AppError, AppFolder, HandlerProcess};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::recording::{Headers, folder};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    name: String,
    /// A text if it is not JSON, nothing if there was no file.
    host_json: Value,
    env: BTreeMap<String, String>,
    handler_started: Option<Value>,
    /// The answer to a call.
    call: String,
    /// The answer to `initialize`.
    initialize: Option<String>,
}

/// The app that was recorded, as far as host.json files name what is in it.
fn app_folder(case: &Case) -> TempFolder {
    let app = TempFolder::new();
    app.copy_functions(&folder().join("app"));
    app.write("handler.js", include_str!("data/handler.js"));
    for script in ["run.sh", "bin2/run.sh"] {
        let way = if script == "run.sh" { "." } else { ".." };
        app.write_script(
            script,
            &format!("#!/bin/sh\nexec node \"$(dirname \"$0\")/{way}/handler.js\" from-{script}\n"),
        );
    }
    app.write("noexec.sh", "#!/bin/sh\n");
    app.write("sub/file", "");
    let root = app.path().to_str().unwrap();
    match &case.host_json {
        Value::Null => {}
        Value::String(text) => app.write("host.json", text),
        json => app.write("host.json", &json.to_string().replace("@APP@", root)),
    }
    app
}

async fn start(case: &Case, root: &Path) -> Result<(AppFolder, Arc<HandlerProcess>), AppError> {
    let mut variables: Vec<_> = case.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    if case.handler_started.is_none() {
        variables.push(("AzureFunctionsJobHost__customHandler__initializationTimeout", "00:00:02"));
    }
    app::start(root, &variables).await
}

async fn initialize(app: &AppFolder, process: Arc<HandlerProcess>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.local_host(process).serve(listener, std::future::pending()));
    let request = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" }
    } });
    let headers = [
        ("Host", address.to_string()),
        ("Content-Type", "application/json".to_owned()),
        ("Accept", "application/json, text/event-stream".to_owned()),
    ];
    let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value)).into());
    let answer = tokio::task::spawn_blocking(move || {
        exchange(address, "POST", "/runtime/webhooks/mcp", &headers, request.to_string().as_bytes())
    });
    answer.await.unwrap().body
}

/// `Ok` if the case went as recorded.
async fn replay(case: Case) -> Result<(), String> {
    let folder = app_folder(&case);
    let answered = case.call.starts_with("HTTP/1.1 200 ");
    let (app, process) = match start(&case, folder.path()).await {
        Ok(_) if !answered => return Err("it started; the recorded one did not answer".to_owned()),
        Ok(started) => started,
        Err(error) if answered => return Err(format!("it did not start: {error}")),
        Err(error) => {
            tests::say(&format!("host-json.jsonl, {}: {error}\n", case.name));
            return Ok(());
        }
    };
    let result = app::call(&process, "HelloTool").await.map_err(|error| error.to_string())?;
    let started: Value = serde_json::from_str(&app::text(result)).unwrap();
    let root = folder.path().to_str().unwrap();
    let expected: Value =
        serde_json::from_str(&case.handler_started.unwrap().to_string().replace("{app}", root)).unwrap();
    if started != expected {
        return Err(format!("started as {started}, the recorded one as {expected}"));
    }
    if let Some(expected) = case.initialize {
        let answer = initialize(&app, process).await;
        if answer != expected {
            return Err(format!("initialize: {answer}, recorded was {expected}"));
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_are_started_as_recorded_and_what_does_not_start_says_so() {
    let node = Command::new("node").arg("--version").stdout(Stdio::null()).status();
    assert!(
        node.is_ok_and(|status| status.success()),
        "this test needs Node.js: the recorded handler was one, and `node` is not there"
    );
    let text = std::fs::read_to_string(folder().join("host-json.jsonl")).unwrap();
    let cases: Vec<Case> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = cases.len();
    let mut replays = tokio::task::JoinSet::new();
    let mut failures = Vec::new();
    // A few at a time: each is a process that has to come up in time.
    for case in cases {
        if replays.len() == 4 {
            failures.extend(replays.join_next().await.unwrap().unwrap());
        }
        replays.spawn(async move {
            let name = case.name.clone();
            replay(case).await.err().map(|error| format!("{name}: {error}"))
        });
    }
    failures.extend(replays.join_all().await.into_iter().flatten());
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
    tests::say(&format!("host-json.jsonl: {count} cases replayed"));
}
