//! Functions with blob and queue bindings at `/mcp`.

use crate::wire::{STATELESS, body, error, request, result, stateless};
use serde_json::{Value, json};
use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::process::App;

const BOUND: &str = env!("CARGO_BIN_EXE_bound");
const REVISION: &str = "2025-11-25";

/// The app as its own local host, with blobs and messages in a folder.
fn bound(storage: &TempFolder) -> App {
    let mut command = Command::new(BOUND);
    command.arg("--storage").arg(storage.path()).env("ARCHIVE", "archive");
    App::local_host(command)
}

fn file(storage: &TempFolder, path: &str) -> Option<String> {
    fs::read_to_string(storage.path().join(path)).ok()
}

fn messages(storage: &TempFolder) -> Vec<String> {
    let files = fs::read_dir(storage.path().join("queues/saved")).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

fn call(address: SocketAddr, tool: &str, arguments: Value) -> Value {
    result(&request(address, REVISION, "tools/call", json!({ "name": tool, "arguments": arguments })))
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_default()
}

fn listed(address: SocketAddr, method: &str, member: &str, name: &str) -> Vec<String> {
    let list = result(&request(address, REVISION, method, json!({})));
    list[member].as_array().unwrap().iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

#[test]
fn inputs_are_read_and_outputs_stored() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    for revision in ["2024-11-05", REVISION, STATELESS] {
        let call = |tool: &str, arguments: Value| {
            result(&request(app.address, revision, "tools/call", json!({ "name": tool, "arguments": arguments })))
        };
        let name = format!("of/{revision}");
        assert_eq!(text(&call("load", json!({ "name": name }))), format!("there is no note {name}"));
        assert_eq!(text(&call("save", json!({ "name": name, "text": revision }))), format!("saved {name}"));
        assert_eq!(file(&storage, &format!("blobs/notes/{name}.txt")).as_deref(), Some(revision));
        assert_eq!(text(&call("load", json!({ "name": name }))), revision);
    }
    assert_eq!(messages(&storage), ["2024-11-05", REVISION, STATELESS]);
}

/// What one address stores, the other reads.
#[test]
fn both_addresses_have_one_storage() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    call(app.address, "save", json!({ "name": "a", "text": "from /mcp" }));
    let params = json!({ "name": "load", "arguments": { "name": "a" } });
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params }).to_string();
    let headers = crate::wire::headers(&[]);
    let there = tests::http::exchange(app.address, "POST", "/runtime/webhooks/mcp", &headers, body.as_bytes());
    assert!(there.body.contains("from /mcp"), "{}", there.body);
}

#[test]
fn resources_and_prompts_have_them_too() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    // Percent-encoding is kept in the name of the blob, though the function gets the parameter decoded.
    storage.write("blobs/notes/a%2520b.txt", "hi");
    let read = |uri: &str| request(app.address, REVISION, "resources/read", json!({ "uri": uri }));
    assert_eq!(result(&read("note://a%20b"))["contents"][0]["text"], "a b: hi");
    assert_eq!(error(&read("note://missing")), (200, -32002));

    let get = |name: &str| {
        request(app.address, REVISION, "prompts/get", json!({ "name": "review", "arguments": { "name": name } }))
    };
    storage.write("blobs/notes/a.txt", "text");
    assert_eq!(result(&get("a"))["messages"][0]["content"]["text"], "Review a: text");
    let missing = body(&get("missing"));
    assert!(missing["error"]["message"].as_str().unwrap().contains("input `text`: it is not there"), "{missing}");
}

#[test]
fn a_function_that_fails_stores_nothing() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    let failed = call(app.address, "fail", json!({}));
    assert_eq!((failed["isError"].as_bool(), text(&failed)), (Some(true), "no such city"));
    assert_eq!(file(&storage, "blobs/notes/failed.txt"), None);
}

/// The paths are made of what a client sends: it reaches nothing but blobs of the container, and learns which argument is to blame.
#[test]
fn no_argument_leads_out_of_the_container() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    storage.write("blobs/other/secret.txt", "secret");
    storage.write("secret.txt", "secret");
    for name in
        ["../other/secret", "../../secret", "a/../../other/secret", "..\\other\\secret", "../../../../etc/passwd"]
    {
        let loaded = call(app.address, "load", json!({ "name": name }));
        assert!(!text(&loaded).contains("secret") || text(&loaded).contains("there is no note"), "{name}: {loaded}");
        call(app.address, "save", json!({ "name": name, "text": "mine" }));
    }
    let loaded = call(app.address, "load", json!({ "name": "../other/secret" }));
    assert_eq!(loaded["isError"], true);
    assert!(text(&loaded).contains("`name` becomes part of the name of a blob"), "{loaded}");
    // Its path is nobody's business.
    assert!(!text(&loaded).contains("notes/"), "{loaded}");
    assert_eq!(file(&storage, "blobs/other/secret.txt").as_deref(), Some("secret"));
    assert_eq!(file(&storage, "secret.txt").as_deref(), Some("secret"));

    let missing = call(app.address, "load", json!({}));
    assert!(missing["isError"] == true && text(&missing).contains("`name`"), "{missing}");
}

/// A queue takes 48 KiB; the other output is stored all the same, as by the Functions host.
#[test]
fn an_output_that_cannot_be_stored_fails_the_call() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    let long = "x".repeat(49 * 1024);
    let failed = call(app.address, "save", json!({ "name": "long", "text": long }));
    assert_eq!(failed["isError"], true);
    assert_eq!(text(&failed), "save failed: one of its outputs cannot be stored; the log says why");
    assert_eq!(file(&storage, "blobs/notes/long.txt").map(|text| text.len()), Some(long.len()));
    assert_eq!(messages(&storage).len(), 0);
    app.signal("INT");
    let (_, stdout, stderr) = app.ended();
    let log = stdout + &stderr;
    assert!(log.contains("cannot write the output `message`: a message of 50176 bytes is too long"), "{log}");
}

fn in_rounds(address: SocketAddr, tool: &str, arguments: &Value, before: Option<(&Value, &str)>) -> Value {
    let mut params = json!({ "name": tool, "arguments": arguments });
    if let Some((state, text)) = before {
        params["requestState"] = state.clone();
        params["inputResponses"] = json!({ "1": { "action": "accept", "content": { "text": text } } });
    }
    result(&stateless(address, "tools/call", params, json!({ "elicitation": {} })))
}

/// Each round runs the function anew: with the inputs of the moment, and with outputs only once it is complete.
#[test]
fn rounds_read_each_time_and_store_at_the_end() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    storage.write("blobs/notes/a.txt", "old");
    let arguments = json!({ "name": "a" });
    let asked = in_rounds(app.address, "edit", &arguments, None);
    assert_eq!(asked["inputRequests"]["1"]["params"]["message"], "Instead of `old`?");
    assert_eq!(file(&storage, "blobs/notes/a.txt").as_deref(), Some("old"));
    storage.write("blobs/notes/a.txt", "newer");
    let again = in_rounds(app.address, "edit", &arguments, None);
    assert_eq!(again["inputRequests"]["1"]["params"]["message"], "Instead of `newer`?");
    let done = in_rounds(app.address, "edit", &arguments, Some((&asked["requestState"], "new")));
    assert_eq!((text(&done), file(&storage, "blobs/notes/a.txt").as_deref()), ("edited a", Some("new")));
}

/// Else the question would end the call once its storage lets it wait.
#[test]
fn a_question_that_nobody_waits_for_keeps_no_output_back() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    let done = in_rounds(app.address, "hurry", &json!({}), None);
    assert_eq!((&done["resultType"], text(&done)), (&json!("complete"), "did not wait"));
    assert_eq!(file(&storage, "blobs/notes/hurry.txt").as_deref(), Some("in a hurry"));
}

#[test]
fn tasks_have_them_too() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    storage.write("blobs/notes/a.txt", "old");
    let capabilities = json!({ "extensions": { "io.modelcontextprotocol/tasks": {} }, "elicitation": {} });
    let ask = |method: &str, params: Value| result(&stateless(app.address, method, params, capabilities.clone()));
    let wait_for = |id: &Value, status: &str| {
        let start = Instant::now();
        loop {
            let task = ask("tasks/get", json!({ "taskId": id }));
            if task["status"] == status {
                return task;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{task}");
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    let loaded = ask("tools/call", json!({ "name": "load", "arguments": { "name": "a" } }));
    assert_eq!(text(&wait_for(&loaded["taskId"], "completed")["result"]), "old");

    let edited = ask("tools/call", json!({ "name": "edit", "arguments": { "name": "a", "as_task": true } }));
    let id = &edited["taskId"];
    let waiting = wait_for(id, "input_required");
    let (key, _) = waiting["inputRequests"].as_object().unwrap().iter().next().unwrap();
    assert_eq!(file(&storage, "blobs/notes/a.txt").as_deref(), Some("old"));
    let answer = json!({ key: { "action": "accept", "content": { "text": "new" } } });
    ask("tasks/update", json!({ "taskId": id, "inputResponses": answer }));
    wait_for(id, "completed");
    assert_eq!(file(&storage, "blobs/notes/a.txt").as_deref(), Some("new"));
}

/// Who may not call a function does not make it read anything either.
#[test]
fn nothing_is_read_for_a_caller_who_is_refused() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    let refused = call(app.address, "for_writers", json!({ "name": "../x" }));
    assert!(refused["isError"] == true && !text(&refused).contains("blob"), "{refused}");
}

const OF_HOST: &str = "its binding `document` is of the type `cosmosDB`, which only the Functions host runs";

#[test]
fn what_only_the_functions_host_runs_is_not_there_and_said() {
    let storage = TempFolder::new();
    let app = bound(&storage);
    let tools = listed(app.address, "tools/list", "tools", "name");
    assert!(tools.contains(&"save".to_owned()) && !tools.contains(&"audit".to_owned()), "{tools:?}");
    let resources = result(&request(app.address, REVISION, "resources/list", json!({})));
    assert_eq!(resources["resources"], json!([]));
    let called = body(&request(app.address, REVISION, "tools/call", json!({ "name": "audit" })));
    let message = called["error"]["message"].as_str().unwrap();
    assert!(message.contains(OF_HOST) && message.contains("/runtime/webhooks/mcp"), "{called}");
    app.signal("INT");
    let (_, stdout, _) = app.ended();
    assert!(stdout.contains("/mcp (9 of 11 functions)"), "{stdout}");
    assert!(stdout.contains("Not at /mcp:\n") && stdout.contains(&format!("audit         {OF_HOST}")), "{stdout}");
}

/// A setting that is missing makes one function unusable, and no other.
#[test]
fn a_binding_that_points_nowhere_is_said() {
    let storage = TempFolder::new();
    let mut command = Command::new(BOUND);
    command.arg("--storage").arg(storage.path()).arg("--json").env_remove("ARCHIVE");
    let app = App::local_host(command);
    let tools = listed(app.address, "tools/list", "tools", "name");
    assert!(tools.contains(&"save".to_owned()) && !tools.contains(&"archive".to_owned()), "{tools:?}");
    // Why is for the owner.
    let called = body(&request(app.address, REVISION, "tools/call", json!({ "name": "archive" })));
    assert!(!called["error"]["message"].as_str().unwrap().contains("ARCHIVE"), "{called}");
    app.signal("INT");
    let (_, stdout, _) = app.ended();
    let banner: Value = serde_json::from_str(stdout.lines().next().unwrap()).unwrap();
    let functions = banner["functions"].as_array().unwrap();
    let why = |name: &str| functions.iter().find(|function| function["name"] == name).unwrap().get("notAtMcp");
    assert!(why("archive").unwrap().as_str().unwrap().contains("set the variable ARCHIVE"), "{banner}");
    assert!(why("audit").is_some() && why("save").is_none(), "{banner}");
}

/// Behind a host that names no account, and in a program without a client for one, there is nothing to keep blobs in.
#[test]
fn behind_a_host_without_a_storage_they_are_not_there_and_said() {
    for (setting, why) in [
        ("", "the app setting AzureWebJobsStorage is missing"),
        (
            "no account",
            if cfg!(feature = "azure-storage") { "AzureWebJobsStorage: " } else { "--features azure-storage" },
        ),
    ] {
        let app = App::handler(BOUND, &[("AzureWebJobsStorage", setting), ("ARCHIVE", "archive")]);
        let tools = listed(app.address, "tools/list", "tools", "name");
        assert_eq!(tools, [""; 0]);
        let called = body(&request(app.address, REVISION, "tools/call", json!({ "name": "save" })));
        assert!(called["error"]["message"].as_str().unwrap().contains("need a storage"), "{called}");
        app.signal("TERM");
        let (_, stdout, stderr) = app.ended();
        let log = stdout + &stderr;
        assert!(log.contains("not at /mcp: archive, edit, fail") && log.contains(why), "{log}");
        assert!(log.contains(&format!("not at /mcp: audit: {OF_HOST}")), "{log}");
    }
}
