//! The command `stdio`: MCP over standard input and output, revision by revision.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod client;

use client::Client;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use tests::mcp::Client as HttpClient;
use tests::process::App;

const PROBE: &str = env!("CARGO_BIN_EXE_probe");
const LAYERED: &str = env!("CARGO_BIN_EXE_layered");

const HANDSHAKE_REVISIONS: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const STATELESS: &str = "2026-07-28";

fn client(revision: &str, capabilities: &Value) -> Client {
    match revision {
        STATELESS => Client::stateless(PROBE, capabilities),
        _ => Client::initialize(PROBE, revision, capabilities),
    }
}

#[test]
fn every_revision_gets_the_same_answers_as_over_http() {
    let app = App::local_host(Command::new(PROBE));
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        let http = match revision {
            STATELESS => HttpClient::stateless(app.address),
            _ => HttpClient::initialize(app.address, revision, &json!({})),
        };
        let mut client = client(revision, &json!({}));
        for (method, params) in [
            ("tools/list", json!({})),
            ("tools/call", json!({ "name": "echo", "arguments": { "text": "a\n\u{2028}b" } })),
            ("tools/call", json!({ "name": "echo", "arguments": {} })),
            ("tools/call", json!({ "name": "no_such_tool" })),
            ("tools/call", json!({ "name": "log" })),
            ("resources/read", json!({ "uri": "probe://notes/1" })),
            ("resources/read", json!({ "uri": "no://such" })),
            ("resources/templates/list", json!({})),
            ("prompts/list", json!({})),
            ("server/discover", json!({})),
            ("ping", json!({})),
            ("no/such", json!({})),
        ] {
            let expected = http.request(&json!(5), method, params.clone()).last();
            assert_eq!(client.ask(&json!(5), method, params.clone()), expected, "{revision} {method} {params}");
        }
        let told: Value = serde_json::from_str(&client.say("tell", json!({}))).unwrap();
        assert_eq!((&told["transport"], &told["agent"]), (&json!("stdio"), &Value::Null), "{revision}");
        let ended = client.close();
        assert_eq!((ended.status.code(), ended.messages), (Some(0), Vec::new()), "{revision}: {}", ended.stderr);
    }
}

#[test]
fn calls_run_side_by_side_and_tell_their_progress() {
    for revision in ["2024-11-05", "2025-11-25", STATELESS] {
        let mut client = client(revision, &json!({}));
        client.call("slow", "steps", json!({ "count": 2, "millis": 100 }));
        assert_eq!(client.say("echo", json!({ "text": "meanwhile" })), "meanwhile", "{revision}");
        for step in [1, 2] {
            let params = json!({ "progressToken": "slow", "progress": step, "total": 2 });
            let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": params });
            assert_eq!(client.next(), progress, "{revision}");
        }
        let answer = client.next();
        assert_eq!((&answer["id"], &answer["result"]["content"][0]["text"]), (&json!("slow"), &json!("2 steps")));
    }
}

#[test]
fn the_client_is_asked_while_a_call_runs() {
    let capabilities = json!({ "elicitation": {}, "sampling": {}, "roots": {} });
    for revision in ["2025-06-18", "2025-11-25"] {
        let mut client = client(revision, &capabilities);
        client.call(1, "ask_all", json!({}));
        for _ in 0..3 {
            let question = client.next();
            let result = match question["method"].as_str().unwrap() {
                "elicitation/create" => json!({ "action": "accept", "content": { "name": "Ann" } }),
                "sampling/createMessage" => {
                    json!({ "role": "assistant", "content": { "type": "text", "text": "Hi" }, "model": "m" })
                }
                "roots/list" => json!({ "roots": [{ "uri": "file:///a" }] }),
                other => panic!("{other}"),
            };
            client.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }));
        }
        assert_eq!(client.next()["result"]["content"][0]["text"], "Hi Ann, 1 folders", "{revision}");
    }
}

#[test]
fn since_2026_a_call_comes_again_with_the_answer() {
    let mut client = Client::stateless(PROBE, &json!({ "elicitation": {} }));
    let mut params = json!({ "name": "knock", "arguments": {} });
    let asked = client.ask(&json!(1), "tools/call", params.clone());
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    let questions = asked["result"]["inputRequests"].as_object().unwrap();
    let answer = json!({ "action": "accept", "content": { "name": "Ann" } });
    params["inputResponses"] = questions.keys().map(|key| (key.clone(), answer.clone())).collect();
    params["requestState"] = asked["result"]["requestState"].clone();
    let answer = client.ask(&json!(2), "tools/call", params);
    assert_eq!(answer["result"]["content"][0]["text"], "Hello, Ann!", "{answer}");
}

#[test]
fn a_cancelled_call_ends_without_an_answer() {
    for revision in ["2025-03-26", "2025-11-25", STATELESS] {
        let mut client = client(revision, &json!({}));
        for id in [json!("forever"), json!(7)] {
            client.call(id.clone(), "forever", json!({}));
            assert_eq!(client.next()["method"], "notifications/progress");
        }
        for id in [json!("other"), json!("7"), Value::Null, json!("forever"), json!("forever")] {
            client.notify("notifications/cancelled", &json!({ "requestId": id, "reason": "bored" }));
        }
        let start = Instant::now();
        while client.say("ended", json!({})) != "1" {
            assert!(start.elapsed() < Duration::from_secs(10), "{revision}: the call goes on");
        }
    }
}

#[test]
fn log_lines_and_changes_come_in_the_session() {
    for revision in HANDSHAKE_REVISIONS {
        let mut client = client(revision, &json!({}));
        client.ask(&json!(1), "logging/setLevel", json!({ "level": "warning" }));
        client.call(2, "log", json!({}));
        let (line, answer) = (client.next(), client.next());
        assert_eq!((&line["params"]["data"], &answer["id"]), (&json!("take care"), &json!(2)), "{revision}: {line}");
        client.ask(&json!(3), "resources/subscribe", json!({ "uri": "probe://notes/1" }));
        for (what, method) in [("tools", "tools/list_changed"), ("probe://notes/1", "resources/updated")] {
            client.call(4, "change", json!({ "what": what }));
            let mut methods = [client.next()["method"].clone(), client.next()["method"].clone()];
            methods.sort_by_key(Value::is_null);
            assert_eq!(methods, [json!(format!("notifications/{method}")), Value::Null], "{revision}");
        }
    }
}

#[test]
fn a_subscription_hears_of_changes_until_it_is_cancelled_or_the_server_ends() {
    let mut client = Client::stateless(PROBE, &json!({}));
    let filter = json!({ "notifications": { "toolsListChanged": true } });
    for id in ["one", "two"] {
        client.request(&json!(id), "subscriptions/listen", filter.clone());
        assert_eq!(client.next()["method"], "notifications/subscriptions/acknowledged");
    }
    client.notify("notifications/cancelled", &json!({ "requestId": "one" }));
    client.call(3, "change", json!({ "what": "tools" }));
    let said = [client.next(), client.next()];
    let change = said.iter().find(|message| message["id"].is_null()).unwrap();
    let subscription = &change["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"];
    assert_eq!((&change["method"], subscription), (&json!("notifications/tools/list_changed"), &json!("two")));
    let ended = client.close();
    let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": "two" } });
    assert_eq!(ended.messages, [cancelled]);
}

#[test]
fn tasks_are_there_too() {
    let mut client = Client::stateless(LAYERED, &json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } }));
    let task = client.ask(&json!(1), "tools/call", json!({ "name": "later", "arguments": {} }));
    assert_eq!(task["result"]["resultType"], "task", "{task}");
    let start = Instant::now();
    loop {
        let state = client.ask(&json!(2), "tasks/get", json!({ "taskId": task["result"]["taskId"] }));
        if state["result"]["status"] == "completed" {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{state}");
    }
}

#[test]
fn what_is_no_message_is_answered_with_an_error_and_the_next_line_is_read() {
    let mut client = client("2025-11-25", &json!({}));
    let deep = [&b"["[..]; 1000].concat();
    let long = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"x":"{}"}}}}"#, "x".repeat(1_000_000));
    for (line, code) in [
        (&b"{"[..], -32700),
        (b"hello", -32700),
        (b"\xff\xfe", -32700),
        (&deep, -32700),
        (b"{}", -32600),
        (b"5", -32600),
        (br#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        (br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        (long.as_bytes(), -32600),
    ] {
        client.send_line(line);
        let answer = client.next();
        assert_eq!((&answer["error"]["code"], answer.get("id")), (&json!(code), None), "{answer}");
    }
    // Blank lines are none, a line may end as on Windows, and JSON may have blanks.
    client.send_line(b"\n  \n\t{ \"jsonrpc\": \"2.0\", \"id\" : 9, \"method\":\"ping\" } \r");
    assert_eq!(client.next(), json!({ "jsonrpc": "2.0", "id": 9, "result": {} }));
}

#[test]
fn what_is_refused_for_lack_of_memory_has_the_id_of_its_request() {
    // The client may hold half of it: a text and what its function reads from it, but not another text.
    let mut client = Client::stateless_with(PROBE, &[("PROBE_MEMORY", "2400000")], &json!({}));
    let (long, text) = ("x".repeat(900_000), "x".repeat(500_000));
    let refused = |answer: Value, id| {
        let message = answer["error"]["message"].as_str().unwrap_or_else(|| panic!("no error"));
        assert_eq!((&answer["id"], message.contains("too many long messages")), (&json!(id), true), "{message}");
    };
    // The answer is refused.
    client.call("echo", "echo", json!({ "text": long }));
    refused(client.next(), "echo");
    // The line is refused.
    client.call("wait", "wait", json!({ "millis": 60_000, "text": text }));
    client.call("second", "wait", json!({ "millis": 1, "text": text }));
    refused(client.next(), "second");
}

#[test]
fn a_batch_is_answered_on_one_line() {
    let mut client = client("2025-03-26", &json!({}));
    let call = |id, tool| json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": tool } });
    let ping = json!({ "jsonrpc": "2.0", "id": "ping", "method": "ping" });
    client.send(&json!([call(1, "log"), { "jsonrpc": "2.0", "method": "notifications/x" }, ping, call(2, "nothing")]));
    let answers = client.next();
    let ids: Vec<_> = answers.as_array().unwrap().iter().map(|answer| answer["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!("ping"), json!(2)], "{answers}");
}

/// Only on Unix can the streams be taken away from the rest of the program.
#[cfg(unix)]
#[test]
fn what_functions_print_is_not_among_the_messages() {
    let mut client = Client::stateless(LAYERED, &json!({}));
    let printed = client.say("print", json!({}));
    assert_eq!(printed, "0", "nothing of the messages is read");
    assert_eq!(client.say("echo", json!({ "text": "hi" })), "hi");
    let ended = client.close();
    assert!(ended.stderr.contains("printed by a function"), "{}", ended.stderr);
}

#[test]
fn running_calls_may_finish_when_standard_input_closes() {
    for revision in ["2025-11-25", STATELESS] {
        let mut client = client(revision, &json!({}));
        client.call(1, "wait_for_the_end", json!({}));
        client.call(2, "wait", json!({ "millis": 200 }));
        let ended = client.close();
        let mut texts: Vec<_> = ended.messages.iter().map(|answer| &answer["result"]["content"][0]["text"]).collect();
        texts.sort_by_key(ToString::to_string);
        assert_eq!(texts, ["stopped in time", "waited 200 ms"], "{revision}: {}", ended.stderr);
        assert_eq!(ended.status.code(), Some(0));
    }
}

#[test]
fn a_question_is_given_up_when_standard_input_closes() {
    let mut client = client("2025-11-25", &json!({ "elicitation": {} }));
    client.call(1, "knock", json!({}));
    assert_eq!(client.next()["method"], "elicitation/create");
    let ended = client.close();
    let [withdrawn, answer] = ended.messages.as_slice() else { panic!("{:?}", ended.messages) };
    assert_eq!((&withdrawn["method"], &answer["id"]), (&json!("notifications/cancelled"), &json!(1)));
    assert_eq!(answer["result"]["isError"], true, "{answer}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it() {
    let mut client = client(STATELESS, &json!({}));
    assert_eq!(client.say("echo", json!({ "text": "hi" })), "hi");
    let start = Instant::now();
    let ended = client.signal("TERM");
    assert_eq!((ended.status.code(), start.elapsed() < Duration::from_secs(5)), (Some(0), true), "{}", ended.stderr);
}

/// Lines wait for a client that reads nothing. The signal does not.
#[cfg(unix)]
#[test]
fn a_signal_ends_it_though_the_client_reads_nothing() {
    use std::io::Write as _;
    use std::process::Stdio;
    use std::sync::mpsc::channel;

    let mut command = Command::new(PROBE);
    command.arg("stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let (mut input, unread) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (wrote, writes) = channel();
    let writing = std::thread::spawn(move || {
        let params = json!({ "name": "echo", "arguments": { "text": "x".repeat(10_000) } });
        let line = format!("{}\n", json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }));
        while input.write_all(line.as_bytes()).is_ok() && wrote.send(()).is_ok() {}
    });
    // Until the program takes no more lines.
    writes.recv_timeout(Duration::from_secs(20)).unwrap();
    while writes.recv_timeout(Duration::from_millis(500)).is_ok() {}
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
    assert!(sent.unwrap().success());
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            None if start.elapsed() < Duration::from_secs(20) => std::thread::sleep(Duration::from_millis(5)),
            status => break status,
        }
    };
    let _ = child.kill();
    let _ = child.wait();
    drop(unread);
    writing.join().unwrap();
    assert_eq!(status.and_then(|status| status.code()), Some(0), "it goes on");
}

#[test]
fn a_program_that_cannot_start_says_why_and_writes_no_message() {
    let client = Client::start(PROBE, &[("PROBE_SETUP_FAILS", "no database")]);
    let ended = client.close();
    assert_eq!((ended.status.code(), ended.messages), (Some(1), Vec::new()));
    assert!(ended.stderr.contains("no database"), "{}", ended.stderr);
}

#[test]
fn its_help_has_the_entries_of_an_mcp_json() {
    let output = Command::new(PROBE).args(["stdio", "--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let entries: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line.trim()).ok()).collect();
    let server = |entry: &Value| entry["servers"]["my-tools"].clone();
    let expected = json!({ "type": "stdio", "command": "cargo", "args": ["run", "-q", "--", "stdio"] });
    assert_eq!(server(&entries[0]), expected, "{text}");
    assert_eq!(server(&entries[1])["args"], json!(["stdio"]), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
}
