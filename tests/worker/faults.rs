//! The host goes, the stream breaks, the host ends the worker: nothing hangs, and the exit codes are those that the host understands.

use super::host::{Form, Host, LIMIT, command, invoke, text};
use super::{PROBE, host};
use bytes::Bytes;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{
    Duration as Grace, FunctionEnvironmentReloadRequest, StatusResult, WorkerTerminate, encode, status_result::Status,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tests::process::{App, free_port};

fn terminate(seconds: i64) -> Content {
    Content::WorkerTerminate(WorkerTerminate { grace_period: Some(Grace { seconds, nanos: 0 }) })
}

/// With 0 the calls would hang until their time limit (ground-truth.md §11).
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_stream_ends_the_process_with_a_code() {
    // The connection is cut while a call runs.
    let host = Host::loaded(PROBE, &[], &["Wait"]).await;
    host.say(invoke("a", "Wait", &json!({ "millis": 60_000 }))).await;
    host.cut();
    let (status, _, stderr) = host.app.ended();
    assert!(status.code() == Some(1) && stderr.contains("the stream to the Functions host is lost"), "{stderr}");
    // The host closes its direction, after half a message.
    for rest in [&b""[..], &[0, 0], &[0, 0, 0, 0, 9, 1]] {
        let mut host = Host::loaded(PROBE, &[], &[]).await;
        host.say_bytes(Bytes::from_static(rest)).await;
        host.say = None;
        let (status, _, stderr) = host.app.ended();
        let why = if rest.is_empty() { "has closed it" } else { "inside of a message" };
        assert!(status.code() == Some(1) && stderr.contains(why), "{stderr}");
    }
    // Bytes that are no message, a compressed one, one that is longer than agreed.
    let long = invoke("a", "Echo", &json!({ "text": "x".repeat(3000) }));
    for (bytes, why) in [
        (Bytes::from_static(&[0, 0, 0, 0, 2, 0xa2, 0x01]), "cannot be read"),
        (Bytes::from_static(&[1, 0, 0, 0, 0]), "compressed"),
        (Bytes::from_static(&[0, 0xff, 0xff, 0xff, 0xff]), "the limit is 2000"),
        (encode(&long.into(), LIMIT).unwrap(), "the limit is 2000"),
    ] {
        let host = Host::with_limit(PROBE, &[], Form::Today, 2000).await;
        host.say_bytes(bytes).await;
        let (status, _, stderr) = host.app.ended();
        assert!(status.code() == Some(1) && stderr.contains(why), "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_host_it_says_so_and_ends() {
    let port = free_port();
    let app = App::spawn(command(PROBE, Form::Today, port, LIMIT), ([127, 0, 0, 1], port).into());
    let (status, _, stderr) = app.ended();
    assert!(status.code() == Some(1) && stderr.contains(&format!("127.0.0.1:{port}")), "{stderr}");
    // Another machine is no host.
    let mut command = std::process::Command::new(PROBE);
    command.args(["--functions-uri", "http://10.0.0.1:7", "--functions-worker-id", "w"]);
    let (status, _, stderr) = App::spawn(command, ([127, 0, 0, 1], port).into()).ended();
    assert!(status.code() == Some(2) && stderr.contains("another machine"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_messages_are_passed_over() {
    let mut host = Host::loaded(PROBE, &[], &["Echo"]).await;
    // Field 99, an empty message, and a message with a field that is not known beside one that is.
    host.say_bytes(Bytes::from_static(&[0, 0, 0, 0, 6, 0x9a, 0x06, 3, 1, 2, 3])).await;
    host.say_bytes(Bytes::from_static(&[0, 0, 0, 0, 0])).await;
    let mut message = encode(&invoke("a", "Echo", &json!({ "text": "x" })).into(), LIMIT).unwrap().to_vec();
    message.extend([0x9a, 0x06, 3, 1, 2, 3]);
    let length = u32::try_from(message.len() - 5).unwrap();
    message[1..5].copy_from_slice(&length.to_be_bytes());
    host.say_bytes(message.into()).await;
    assert_eq!(text(&host.answer().await), "x");
}

#[tokio::test(flavor = "multi_thread")]
async fn terminated_it_answers_what_runs_and_ends_with_0() {
    let mut host = Host::loaded(PROBE, &[], &["Wait", "WaitForTheEnd"]).await;
    for at in 0..50 {
        host.say(invoke(&at.to_string(), "Wait", &json!({ "millis": 400 }))).await;
    }
    host.say(invoke("end", "WaitForTheEnd", &json!({}))).await;
    host.say(terminate(5)).await;
    let mut ended = 0;
    for _ in 0..51 {
        let answer = host.answer().await;
        match answer.invocation_id.as_str() {
            "end" => assert_eq!(text(&answer), "stopped in time"),
            _ => assert_eq!(text(&answer), "waited 400 ms"),
        }
        ended += 1;
    }
    let (status, ..) = host.app.ended();
    assert_eq!((status.code(), ended), (Some(0), 51));
}

#[tokio::test(flavor = "multi_thread")]
async fn terminated_it_waits_no_longer_than_the_host() {
    let host = Host::loaded(PROBE, &[], &["Wait"]).await;
    host.say(invoke("a", "Wait", &json!({ "millis": 60_000 }))).await;
    let start = Instant::now();
    host.say(terminate(1)).await;
    let (status, _, stderr) = host.app.ended();
    let took = start.elapsed();
    assert!(took > Duration::from_millis(900) && took < Duration::from_secs(4), "{took:?}");
    assert!(status.code() == Some(1) && stderr.contains("calls are left"), "{stderr}");
    // At once, without calls.
    let host = Host::loaded(PROBE, &[], &[]).await;
    let start = Instant::now();
    host.say(terminate(5)).await;
    assert_eq!(host.app.ended().0.code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn told_by_the_system_to_end_it_answers_what_runs() {
    let mut host = Host::loaded(PROBE, &[], &["Wait"]).await;
    host.say(invoke("a", "Wait", &json!({ "millis": 400 }))).await;
    assert!(host.is_silent().await);
    host.app.signal("TERM");
    assert_eq!(text(&host.answer().await), "waited 400 ms");
    assert_eq!(host.app.ended().0.code(), Some(143));
}

/// A program cannot change its own environment safely: it tells the host what differs, and not the secret.
#[tokio::test(flavor = "multi_thread")]
async fn a_reload_succeeds_if_the_variables_are_there_already() {
    let mut host = Host::loaded(PROBE, &[("A_SETTING", "one")], &["Echo"]).await;
    for (value, status) in [("one", Status::Success), ("a secret", Status::Failure)] {
        host.say(Content::FunctionEnvironmentReloadRequest(FunctionEnvironmentReloadRequest {
            environment_variables: BTreeMap::from([("A_SETTING".to_owned(), value.to_owned())]),
            function_app_directory: String::new(),
        }))
        .await;
        let Content::FunctionEnvironmentReloadResponse(response) = host.hear().await else { panic!("no answer") };
        let result: StatusResult = response.result.unwrap();
        assert_eq!(result.status(), status);
        let why = result.exception.map(|exception| exception.message).unwrap_or_default();
        assert!(why.contains("A_SETTING") == (status == Status::Failure) && !why.contains("secret"), "{why}");
        assert_eq!(response.capabilities["HandlesInvocationCancelMessage"], "true");
    }
    assert_eq!(host.call("a", "Echo", json!({ "text": "still here" })).await, "still here");
}

/// A state that takes its time holds calls up, not the conversation; one that fails ends the process.
#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_the_state_of_the_app() {
    let start = Instant::now();
    let mut host = Host::loaded(PROBE, &[("PROBE_SETUP_MILLIS", "600")], &["NeedLate"]).await;
    assert!(start.elapsed() < Duration::from_millis(550), "{:?}", start.elapsed());
    assert_eq!(host.call("a", "NeedLate", json!({})).await, "there");
    let host = host::Host::start(PROBE, &[("PROBE_SETUP_FAILS", "no database")], Form::Older).await;
    let (status, _, stderr) = host.app.ended();
    assert!(status.code() == Some(1) && stderr.contains("no database"), "{stderr}");
}
