//! Invocations: many at once, cancelled ones, what they log, and long values.

use super::PROBE;
use super::host::{Host, cancel, invoke, text};
use host_protocol::rpc::rpc_log::{Level, RpcLogCategory};
use host_protocol::rpc::status_result::Status;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{FunctionLoadRequest, RpcFunctionMetadata, WorkerStatusRequest};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_invocations_at_once_are_all_answered() {
    let mut host = Host::loaded(PROBE, &[], &["Echo", "Wait"]).await;
    let start = Instant::now();
    for at in 0..1000 {
        host.say(invoke(&at.to_string(), "Wait", &json!({ "millis": 300 }))).await;
    }
    let mut ids = BTreeSet::new();
    for _ in 0..1000 {
        let answer = host.answer().await;
        assert_eq!((text(&answer).as_str(), answer.result.unwrap().status()), ("waited 300 ms", Status::Success));
        assert!(ids.insert(answer.invocation_id));
    }
    assert!(start.elapsed() < Duration::from_secs(10), "they wait for each other: {:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_is_answered_at_once_and_only_once() {
    let mut host = Host::loaded(PROBE, &[], &["Wait", "Echo"]).await;
    // Before there is one.
    host.say(cancel("never")).await;
    host.say(invoke("slow", "Wait", &json!({ "millis": 60_000 }))).await;
    let start = Instant::now();
    host.say(cancel("slow")).await;
    let answer = host.answer().await;
    assert_eq!((answer.invocation_id.as_str(), answer.result.unwrap().status()), ("slow", Status::Cancelled));
    assert!(start.elapsed() < Duration::from_secs(5) && answer.return_value.is_none());
    // Twice, and after the answer.
    host.say(cancel("slow")).await;
    assert_eq!(host.call("quick", "Echo", json!({ "text": "x" })).await, "x");
    host.say(cancel("quick")).await;
    assert!(host.is_silent().await);
    // The id may come again.
    assert_eq!(host.call("slow", "Echo", json!({ "text": "y" })).await, "y");
}

/// A function that is not `async` keeps its thread: the host must not wait for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_that_blocks_is_answered_at_once_and_hears_of_it() {
    let mut host = Host::loaded(PROBE, &[], &["BlockUntilCancelled"]).await;
    host.say(invoke("a", "BlockUntilCancelled", &json!({}))).await;
    let Content::RpcLog(line) = host.hear().await else { panic!("no line") };
    assert_eq!(line.message, "blocking");
    let start = Instant::now();
    host.say(cancel("a")).await;
    assert_eq!(host.answer().await.result.unwrap().status(), Status::Cancelled);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    // What it logs after that is a line of the process: the host does not know the call any more.
    assert!(host.is_silent().await);
    host.app.signal("TERM");
    let (_, stdout, _) = host.app.ended();
    assert!(stdout.contains("has heard of the cancel"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_a_call_come_while_it_runs_with_their_level_and_their_call() {
    let mut host = Host::loaded(PROBE, &[], &["Log", "FailInPrivate"]).await;
    host.say(invoke("a", "Log", &json!({}))).await;
    for (level, text) in [
        (Level::Information, "from the context"),
        (Level::Warning, "take care"),
        (Level::Information, "from tracing answer=42"),
    ] {
        let Content::RpcLog(line) = host.hear().await else { panic!("no line") };
        assert_eq!((line.level(), line.message.as_str(), line.invocation_id.as_str()), (level, text, "a"));
        assert_eq!((line.category.as_str(), line.log_category()), ("probe", RpcLogCategory::User));
    }
    host.answer().await;
    host.say(invoke("b", "FailInPrivate", &json!({}))).await;
    let Content::RpcLog(line) = host.hear().await else { panic!("no line") };
    assert_eq!((line.level(), line.invocation_id.as_str()), (Level::Error, "b"));
    assert!(line.message.contains("hunter2"), "{line:?}");
    let answer = host.answer().await;
    assert!(!format!("{answer:?}").contains("hunter2"), "{answer:?}");
    host.app.signal("TERM");
    let (_, stdout, stderr) = host.app.ended();
    assert!(!stdout.contains("take care") && !stderr.contains("hunter2"), "lines are told twice: {stdout}{stderr}");
}

/// Meanwhile others are served. A debug build takes long for 64 MB: it has 16.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_value_goes_both_ways() {
    let limit = [("PROBE_BODY_LIMIT", "100000000")];
    let mut host = Host::loaded(PROBE, &limit, &["Echo", "Wait"]).await;
    let megabytes = if cfg!(debug_assertions) { 16 } else { 64 };
    let long = "xy\u{e9}".repeat(megabytes << 18);
    let start = Instant::now();
    host.say(invoke("long", "Echo", &json!({ "text": long }))).await;
    host.say(invoke("short", "Wait", &json!({ "millis": 1 }))).await;
    assert_eq!(text(&host.answer().await), "waited 1 ms");
    let answer = host.answer().await;
    assert!(answer.invocation_id == "long" && text(&answer) == long);
    tests::say(&format!("{megabytes} MB there and back: {:?}", start.elapsed()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limits_of_the_app_and_of_the_host_hold() {
    let mut host = Host::with_limit(PROBE, &[], super::host::Form::Today, 500_000).await;
    host.load(&["Echo", "Repeat"]).await;
    // The app takes 1 MB, but the message of the host would be too long: this is the host's own limit.
    host.say(invoke("a", "Repeat", &json!({ "times": 600_000 }))).await;
    let answer = host.answer().await.result.unwrap();
    assert_eq!(answer.status(), Status::Failure);
    assert!(answer.exception.as_ref().unwrap().message.contains("limit is 500000"), "{answer:?}");
    assert_eq!(host.call("b", "Echo", json!({ "text": "still here" })).await, "still here");

    let mut host = Host::loaded(PROBE, &[], &["Echo"]).await;
    host.say(invoke("a", "Echo", &json!({ "text": "x".repeat(1_000_000) }))).await;
    let answer = host.answer().await.result.unwrap();
    assert_eq!(answer.status(), Status::Failure);
    assert!(answer.exception.as_ref().unwrap().message.contains("App::body_limit"), "{answer:?}");
    assert_eq!(host.call("b", "Echo", json!({ "text": "still here" })).await, "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn panics_and_time_limits_fail_their_own_call_only() {
    let mut host = Host::loaded(PROBE, &[], &["Panic", "PanicLater", "TooSlow", "Echo"]).await;
    for function in ["Panic", "PanicLater", "TooSlow", "Panic", "Panic", "Panic"] {
        let told = host.call(function, function, json!({})).await;
        assert!(!told.contains("secret"), "{told}");
    }
    assert_eq!(host.call("e", "Echo", json!({ "text": "still here" })).await, "still here");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_functions_and_ids_used_twice_are_refused() {
    let mut host = Host::loaded(PROBE, &[], &["Wait"]).await;
    for function in ["Echo", "Nobody", ""] {
        host.say(invoke("a", function, &json!({ "text": "x" }))).await;
        let result = host.answer().await.result.unwrap();
        assert!(result.status() == Status::Failure && result.exception.unwrap().message.contains("is not loaded"));
    }
    host.say(super::host::load("Nobody")).await;
    let Content::FunctionLoadResponse(response) = host.hear().await else { panic!("no answer") };
    assert_eq!(response.result.unwrap().status(), Status::Failure);
    // An id of the host's own, for a function by its name.
    let metadata = RpcFunctionMetadata { name: "Echo".to_owned(), ..RpcFunctionMetadata::default() };
    host.say(Content::FunctionLoadRequest(FunctionLoadRequest {
        function_id: "7b3f".to_owned(),
        metadata: Some(metadata),
    }))
    .await;
    assert!(matches!(host.hear().await, Content::FunctionLoadResponse(response) if response.function_id == "7b3f"));
    assert_eq!(host.call("b", "7b3f", json!({ "text": "x" })).await, "x");

    host.say(invoke("c", "Wait", &json!({ "millis": 300 }))).await;
    // An answer to the second would be taken for that of the first.
    host.say(invoke("c", "Wait", &json!({ "millis": 1 }))).await;
    assert_eq!(text(&host.answer().await), "waited 300 ms");
    host.say(Content::WorkerStatusRequest(WorkerStatusRequest {})).await;
    assert!(matches!(host.hear().await, Content::WorkerStatusResponse(_)));
}
