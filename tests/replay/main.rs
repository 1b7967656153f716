//! The local host against the recordings: the same requests over TCP, functions that answer as the recorded handler did, in this
//! process or in another.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod citations;
mod handler;
mod recorded;

use handler::Handler;
use local_host::{Keys, LocalHost};
use mcp_trigger::storage::Memory;
use recorded::Recorded;
use std::net::SocketAddr;
use std::sync::Arc;
use tests::http::exchange;
use tests::recording::{self, cases, functions};

/// Cases where the local host is meant to differ, each with what it answers. `recordings/DEVIATIONS.md` says why.
const DEVIATIONS: [(&str, u16); 4] = [("origin evil", 403), ("host evil", 403), ("preflight", 403), ("key case", 401)];

async fn start(recorded: Arc<Recorded>, storage: Arc<Memory>, keys: Option<Keys>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut host = LocalHost::new(recorded.functions.clone(), recorded)
        .server("GroundTruth", "9.8.7")
        .instructions("Be nice.")
        .storage(storage);
    if let Some(keys) = keys {
        host = host.keys(keys);
    }
    tokio::spawn(host.serve(listener, std::future::pending()));
    address
}

/// What of the headers is part of the contract; the session id is new each time.
fn comparable(headers: &recording::Headers) -> Vec<(String, String)> {
    let mut headers: Vec<_> = headers
        .0
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .filter(|(name, _)| !matches!(name.as_str(), "date" | "server"))
        .map(|(name, value)| match name.as_str() {
            "mcp-session-id" if is_session_id(&value) => (name, "{session}".to_owned()),
            _ => (name, value),
        })
        .collect();
    headers.sort();
    headers
}

fn is_session_id(id: &str) -> bool {
    let half = |half: &str| half.len() == 16 && half.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.split_once('|').is_some_and(|(client, instance)| half(client) && half(instance))
}

/// Where the functions run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    /// In a process that the local host has started.
    Process,
}

/// Replays a file against one host, and tells how many cases there were.
async fn replay(file: &str, app: &str, place: Place, storage: &Arc<Memory>, keys: Option<Keys>) -> usize {
    let recorded = Arc::new(match place {
        Place::Here => Recorded::here(functions(app)),
        Place::Process => Recorded::in_process(functions(app), Handler::start(app, &[]).await),
    });
    let address = start(Arc::clone(&recorded), Arc::clone(storage), keys).await;
    let mut replayed = 0;
    let mut failures = Vec::new();
    for mut case in cases(file) {
        replayed += 1;
        recorded.expect(case.handler.pop());
        let request = case.request;
        let got = tokio::task::spawn_blocking(move || {
            exchange(address, &request.method, &request.path, &request.headers, &request.bytes())
        });
        let got = got.await.unwrap();
        if let Some((_, status)) = DEVIATIONS.iter().find(|(name, _)| *name == case.name) {
            assert_eq!(got.status, *status, "{}", case.name);
            continue;
        }
        let expected = case.response;
        let same = got.status == expected.status
            && comparable(&got.headers) == comparable(&expected.headers)
            && got.body == expected.body;
        if !same {
            failures.push(format!("{}\n  expected {expected:?}\n  got      {got:?}", case.name));
        }
        failures.extend(recorded.mistakes().into_iter().map(|mistake| format!("{}: {mistake}", case.name)));
    }
    assert!(failures.is_empty(), "{} of {replayed}:\n{}", failures.len(), failures.join("\n"));
    replayed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_host_answers_as_the_functions_host_did() {
    for file in ["endpoint.jsonl", "results.jsonl"] {
        let replayed = replay(file, "app", Place::Here, &Arc::default(), None).await;
        tests::say(&format!("{file}: {replayed} cases replayed"));
    }
}

/// The keys that the recorded host had.
fn recorded_keys() -> Keys {
    Keys::new("recording-master-key", "recording-host-key", "recording-system-key")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_open_and_refuse_as_with_the_functions_host() {
    let replayed = replay("auth.jsonl", "app", Place::Here, &Arc::default(), Some(recorded_keys())).await;
    tests::say(&format!("auth.jsonl: {replayed} cases replayed"));
    assert_eq!(replayed, 19);
}

/// The endpoint was recorded with a key in each request.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_right_key_nothing_is_different() {
    for file in ["endpoint.jsonl", "results.jsonl"] {
        let replayed = replay(file, "app", Place::Here, &Arc::default(), Some(recorded_keys())).await;
        tests::say(&format!("{file}: {replayed} cases replayed with keys"));
    }
}

/// What one function stores, another gets: the cases come in their order, against one storage. So the bytes in the requests for
/// the second say what the real host had stored for the first.
async fn replay_bindings(place: Place) {
    let storage = Arc::new(Memory::default());
    let replayed = replay("bindings.jsonl", "bindings-app", place, &storage, Some(recorded_keys())).await;
    tests::say(&format!("bindings.jsonl: {replayed} cases replayed"));
    assert!(replayed > 20);

    // What no request shows: the messages, and blobs that no function reads (ground-truth.md §2, "Output bindings").
    let texts =
        |queue| storage.messages(queue).iter().map(|m| String::from_utf8_lossy(m).into_owned()).collect::<Vec<_>>();
    let object = "{\n  \"a\": [\n    1,\n    2.5,\n    \"2026-01-02T03:04:05Z\"\n  ]\n}";
    assert_eq!(texts("gtq"), ["hello world, not base64!", "i\u{fffd}\u{1d}", object, "x", "y", "42", "", "sp"]);
    assert_eq!(texts("gtq2"), ["abcd", "{\n  \"a\": 1\n}", "hello world, not base64!"]);
    assert_eq!(storage.blob("snippets/bobj.json").unwrap(), r#"{"a":1}"#);
    assert_eq!(storage.blob("snippets/sp ace.json").unwrap(), "sp");
}

#[tokio::test(flavor = "multi_thread")]
async fn blobs_and_messages_are_what_the_functions_host_stored() {
    replay_bindings(Place::Here).await;
}

/// The same requests byte for byte, their heads too, and the same replies.
#[tokio::test(flavor = "multi_thread")]
async fn a_handler_in_another_process_is_asked_as_by_the_functions_host() {
    for file in ["endpoint.jsonl", "results.jsonl"] {
        let replayed = replay(file, "app", Place::Process, &Arc::default(), None).await;
        tests::say(&format!("{file}: {replayed} cases replayed with a handler in another process"));
    }
    replay_bindings(Place::Process).await;
}

/// Where the Functions host waits for ever, the call fails after the function timeout.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_answered_fails_after_the_function_timeout() {
    let handler = Handler::start("app", &[("AzureFunctionsJobHost__functionTimeout", "00:00:01")]).await;
    let recorded = Arc::new(Recorded::in_process(functions("app"), handler));
    let address = start(Arc::clone(&recorded), Arc::default(), None).await;
    for mut case in cases("no-reply.jsonl") {
        recorded.expect(case.handler.pop());
        let request = case.request;
        let begin = std::time::Instant::now();
        let got = tokio::task::spawn_blocking(move || {
            exchange(address, &request.method, &request.path, &request.headers, &request.bytes())
        });
        let got = got.await.unwrap();
        if case.response.status == 0 {
            let is_failure = ["\"isError\":true", "\"error\":"].iter().any(|part| got.body.contains(part));
            assert!(is_failure && begin.elapsed() >= std::time::Duration::from_secs(1), "{}: {got:?}", case.name);
        } else {
            assert_eq!((got.status, got.body), (case.response.status, case.response.body), "{}", case.name);
        }
        assert_eq!(recorded.mistakes(), [""; 0], "{}", case.name);
    }
}
