//! The local host against the recordings: the same requests over TCP, functions that answer as the recorded handler did.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

use host_protocol::invocation::{System, Trigger};
use host_protocol::{FunctionJson, FunctionResult, Invocation};
use mcp_trigger::local::keys::Keys;
use mcp_trigger::local::storage::Memory;
use mcp_trigger::local::{InvokeError, Invoker, LocalHost};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tests::http::exchange;
use tests::recording::{self, Exchange, cases, functions};

/// Cases where the local host is meant to differ, each with what it answers. `recordings/DEVIATIONS.md` says why.
const DEVIATIONS: [(&str, u16); 4] = [("origin evil", 403), ("host evil", 403), ("preflight", 403), ("key case", 401)];

/// Answers as recorded, and compares what it is asked with what the recorded handler was asked.
#[derive(Default)]
struct Recorded {
    functions: Vec<(String, FunctionJson)>,
    expected: Mutex<Option<Exchange>>,
    mistakes: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Invoker for Recorded {
    async fn invoke(&self, mut invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Some(Exchange { request, response }) = self.expected.lock().unwrap().take() else {
            self.mistakes.lock().unwrap().push(format!("{} was invoked, the host did not", invocation.function));
            return Ok(FunctionResult::default());
        };
        let recorded_order = header_names(&request.body);
        let caller = match &mut invocation.trigger {
            Trigger::Tool(tool) => Some(&mut tool.caller),
            Trigger::Resource(resource) => Some(&mut resource.caller),
            Trigger::Prompt(prompt) => Some(&mut prompt.caller),
            Trigger::Http(request) => {
                request.headers = as_spelled(std::mem::take(&mut request.headers), &recorded_order);
                None
            }
            Trigger::Other(_) => unreachable!("the local host has no other triggers"),
        };
        if let Some(caller) = caller {
            let headers = caller.transport.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
            *caller = caller.with_headers(as_spelled(headers, &recorded_order).into_iter().collect());
        }
        let (_, function) = self.functions.iter().find(|(name, _)| *name == invocation.function).expect("a function");
        let system = System { utc_now: "{now}".to_owned(), guid: "{guid}".to_owned() };
        let body = invocation.encode(&function.trigger().unwrap().name, &system).unwrap();
        if (request.path.as_str(), &request.body) != (&format!("/{}", invocation.function), &body) {
            self.mistakes.lock().unwrap().push(format!("asked\n  {body}\nthe host asked\n  {}", request.body));
        }
        FunctionResult::decode(response.status, response.headers.get("Content-Type"), response.body.as_bytes())
            .map_err(|error| InvokeError::new(error.to_string()))
    }
}

/// The order and the spelling of the headers that a function sees are not part of the contract (recordings/README.md).
fn as_spelled<V>(headers: impl IntoIterator<Item = (String, V)>, recorded: &[String]) -> Vec<(String, V)> {
    let place = |name: &str| recorded.iter().position(|known| known.eq_ignore_ascii_case(name));
    let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| (place(&name), name, value)).collect();
    headers.sort_by_key(|(place, ..)| place.unwrap_or(usize::MAX));
    let spelled =
        |(place, name, value): (Option<usize>, String, V)| (place.map_or(name, |place| recorded[place].clone()), value);
    headers.into_iter().map(spelled).collect()
}

fn header_names(body: &str) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let metadata = &body["Metadata"];
    let headers = metadata.pointer("/transport/properties/headers").unwrap_or(&metadata["Headers"]);
    headers.as_object().map(|headers| headers.keys().cloned().collect()).unwrap_or_default()
}

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

/// Replays a file against one host, and tells how many cases there were.
async fn replay(file: &str, app: &str, storage: &Arc<Memory>, keys: Option<Keys>) -> usize {
    let recorded = Arc::new(Recorded { functions: functions(app), ..Recorded::default() });
    let address = start(Arc::clone(&recorded), Arc::clone(storage), keys).await;
    let mut replayed = 0;
    let mut failures = Vec::new();
    for mut case in cases(file) {
        replayed += 1;
        *recorded.expected.lock().unwrap() = case.handler.pop();
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
        if recorded.expected.lock().unwrap().take().is_some() {
            failures.push(format!("{}: the function was not invoked", case.name));
        }
        failures.extend(recorded.mistakes.lock().unwrap().drain(..).map(|mistake| format!("{}: {mistake}", case.name)));
    }
    assert!(failures.is_empty(), "{} of {replayed}:\n{}", failures.len(), failures.join("\n"));
    replayed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_host_answers_as_the_functions_host_did() {
    for file in ["endpoint.jsonl", "results.jsonl"] {
        let replayed = replay(file, "app", &Arc::default(), None).await;
        tests::say(&format!("{file}: {replayed} cases replayed"));
    }
}

/// The keys that the recorded host had.
fn recorded_keys() -> Keys {
    Keys::new("recording-master-key", "recording-host-key", "recording-system-key")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_open_and_refuse_as_with_the_functions_host() {
    let replayed = replay("auth.jsonl", "app", &Arc::default(), Some(recorded_keys())).await;
    tests::say(&format!("auth.jsonl: {replayed} cases replayed"));
    assert_eq!(replayed, 19);
}

/// The endpoint was recorded with a key in each request.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_right_key_nothing_is_different() {
    for file in ["endpoint.jsonl", "results.jsonl"] {
        let replayed = replay(file, "app", &Arc::default(), Some(recorded_keys())).await;
        tests::say(&format!("{file}: {replayed} cases replayed with keys"));
    }
}

/// What one function stores, another gets: the cases come in their order, against one storage. So the bytes in the requests for
/// the second say what the real host had stored for the first.
#[tokio::test(flavor = "multi_thread")]
async fn blobs_and_messages_are_what_the_functions_host_stored() {
    let storage = Arc::new(Memory::default());
    let replayed = replay("bindings.jsonl", "bindings-app", &storage, Some(recorded_keys())).await;
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
