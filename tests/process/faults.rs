//! What can go wrong with a handler. A call always ends, with a result or an error that says what happened.

use crate::app::{call, start, text, tool};
use local_host::HandlerProcess;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::http::Connection;
use tests::recording::Headers;

const FAULTY: &str = env!("CARGO_BIN_EXE_faulty");
const FUNCTIONS: [&str; 13] = [
    "Hello",
    "Mark",
    "Wait",
    "Hang",
    "Late",
    "Garbage",
    "CloseMidReply",
    "CloseAfterReply",
    "NoReply",
    "Empty",
    "Crash",
    "AskForRestart",
    "End",
];

/// An app whose handler is the faulty one.
fn faulty() -> TempFolder {
    let folder = TempFolder::new();
    let host_json = serde_json::json!({
        "version": "2.0",
        "functionTimeout": "00:00:01",
        "customHandler": { "description": { "defaultExecutablePath": FAULTY } }
    });
    folder.write("host.json", &host_json.to_string());
    for function in FUNCTIONS {
        folder.write(&format!("{function}/function.json"), &tool(function));
    }
    folder
}

async fn started(folder: &TempFolder) -> Arc<HandlerProcess> {
    start(folder.path(), &[]).await.unwrap().1
}

async fn error(process: &HandlerProcess, function: &str) -> String {
    match call(process, function).await {
        Ok(result) => panic!("{function} returned {result:?}"),
        Err(error) => error.to_string(),
    }
}

/// The id of the process that answers.
async fn process_id(process: &HandlerProcess) -> String {
    text(call(process, "Hello").await.unwrap())
}

#[cfg(unix)]
fn kill(id: &str) {
    let killed = std::process::Command::new("sh").args(["-c", &format!("kill -KILL {id}")]).status();
    assert!(killed.unwrap().success());
}

/// Waits until nobody listens any more: a process that was killed is not gone at once.
#[cfg(unix)]
async fn nobody_listens(address: std::net::SocketAddr) {
    let start = Instant::now();
    while std::net::TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "the handler still runs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn killed_under_200_calls_every_call_ends_and_the_next_work() {
    let folder = faulty();
    let process = started(&folder).await;
    let id = process_id(&process).await;
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let process = Arc::clone(&process);
            tokio::spawn(async move { call(&process, "Wait").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(200)).await;
    kill(&id);
    let (mut results, mut errors) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            Ok(_) => results += 1,
            Err(_) => errors += 1,
        }
    }
    tests::say(&format!("killed under 200 calls: {results} results, {errors} errors"));
    assert!(errors > 0, "it was killed under calls");
    assert_ne!(process_id(&process).await, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_fails_its_call_and_calls_meanwhile_wait() {
    let folder = faulty();
    let process = started(&folder).await;
    let address = process.address();
    let id = process_id(&process).await;
    assert!(error(&process, "Crash").await.contains("handler"));
    let new_id = process_id(&process).await;
    assert_ne!(new_id, id);
    assert_eq!(process.address(), address, "the port stays");
    assert!(error(&process, "AskForRestart").await.contains("handler"));
    assert_ne!(process_id(&process).await, new_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_crashes_the_host_gives_up() {
    let folder = faulty();
    let process = started(&folder).await;
    for _ in 0..2 {
        error(&process, "Crash").await;
        process_id(&process).await;
        // This one does not count.
        error(&process, "AskForRestart").await;
        process_id(&process).await;
    }
    error(&process, "Crash").await;
    let reason = tokio::time::timeout(Duration::from_secs(5), process.gave_up()).await.unwrap();
    assert!(reason.contains("exit code 9") && reason.contains("crash 3"), "{reason}");
    assert_eq!(error(&process, "Hello").await, reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_that_crash_count_too() {
    let folder = faulty();
    let process = start(folder.path(), &[("FAULTY_START", "once")]).await.unwrap().1;
    error(&process, "Crash").await;
    // Waits for the two restarts that crash.
    let reason = error(&process, "Hello").await;
    assert!(reason.contains("exit code 7") && reason.contains("crash 3"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_exit_code_0_all_calls_say_so() {
    let folder = faulty();
    let process = started(&folder).await;
    error(&process, "End").await;
    let reason = error(&process, "Hello").await;
    assert!(reason.contains("exit code 0") && reason.contains("never starts it again"), "{reason}");
    // Who wants it back all the same, as after a change of its file, gets it.
    process.restart("wanted");
    let start = Instant::now();
    while call(&process, "Hello").await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(5), "it does not come back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_under_way_finish_before_a_wanted_restart() {
    let folder = faulty();
    let process = started(&folder).await;
    let id = process_id(&process).await;
    let waiting = {
        let process = Arc::clone(&process);
        tokio::spawn(async move { call(&process, "Wait").await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    process.restart("wanted");
    // Who calls from now on is answered by the next.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_ne!(process_id(&process).await, id);
    assert_eq!(text(waiting.await.unwrap().unwrap()), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_too_long_ends_the_process_with_all_its_calls() {
    let folder = faulty();
    for function in ["Hang", "Late"] {
        let process = started(&folder).await;
        let id = process_id(&process).await;
        let begin = Instant::now();
        let hanging = {
            let process = Arc::clone(&process);
            tokio::spawn(async move { error(&process, function).await })
        };
        tokio::time::sleep(Duration::from_millis(300)).await;
        let other = call(&process, "Hang").await;
        let why = hanging.await.unwrap();
        assert!(why.contains("functionTimeout") && begin.elapsed() >= Duration::from_secs(1), "{why}");
        assert!(other.unwrap_err().to_string().contains("ended before it replied"));
        assert_ne!(process_id(&process).await, id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_functions_host_waits_for_for_ever_ends_with_the_reason() {
    let folder = faulty();
    let process = started(&folder).await;
    let begin = Instant::now();
    let why = error(&process, "Empty").await;
    assert!(why.contains("status 204") && why.contains("functionTimeout"), "{why}");
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_replies_are_told_and_the_next_call_works() {
    let folder = faulty();
    let process = started(&folder).await;
    let id = process_id(&process).await;
    for (function, part) in [
        ("Garbage", "something else than HTTP"),
        ("CloseMidReply", "in the middle of its reply"),
        ("NoReply", "without a reply"),
    ] {
        let why = error(&process, function).await;
        assert!(why.contains(part), "{function}: {why}");
        assert_eq!(process_id(&process).await, id, "nothing was restarted");
    }
}

/// "client gone" in ground-truth.md §2.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_client_has_gone_runs_to_its_end() {
    let folder = faulty();
    let (app, process) = start(folder.path(), &[]).await.unwrap();
    let id = process_id(&process).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.local_host(process.clone()).serve(listener, std::future::pending()));
    let mut client = Connection::open(address).unwrap();
    let headers = [("Host", "localhost"), ("Content-Type", "application/json"), ("Accept", "*/*")];
    let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"Mark"}}"#;
    client.send("POST", "/runtime/webhooks/mcp", &headers, request.as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(client);
    assert!(!folder.path().join("marked").exists(), "it goes before the answer");
    let start = Instant::now();
    while !folder.path().join("marked").exists() {
        assert!(start.elapsed() < Duration::from_secs(5), "the function did not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(process_id(&process).await, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_that_was_closed_fails_no_call() {
    let folder = faulty();
    let process = started(&folder).await;
    for _ in 0..50 {
        call(&process, "CloseAfterReply").await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_does_not_come_up_says_why() {
    let folder = faulty();
    let failed = async |how: &str| {
        let limit = ("AzureFunctionsJobHost__customHandler__initializationTimeout", "00:00:01");
        match start(folder.path(), &[("FAULTY_START", how), limit]).await {
            Ok(_) => panic!("{how} started"),
            Err(error) => error.to_string(),
        }
    };
    let why = failed("crash").await;
    assert!(why.contains("exit code 7") && why.contains("no database at db:5432") && why.contains(FAULTY), "{why}");
    let why = failed("end").await;
    assert!(why.contains("exit code 0"), "{why}");
    let why = failed("silent").await;
    assert!(why.contains("does not answer `GET /`") && why.contains("FUNCTIONS_CUSTOMHANDLER_PORT"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_somebody_else_has_is_named() {
    let folder = faulty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let variable = "AzureFunctionsJobHost__customHandler__port";
    let Err(error) = start(folder.path(), &[(variable, &port)]).await else { panic!("it started") };
    let error = error.to_string();
    assert!(error.contains("customHandler.port") && error.contains(&port), "{error}");
    drop(taken);
    let process = start(folder.path(), &[(variable, &port)]).await.unwrap().1;
    assert_eq!(process.address().port().to_string(), port);

    // Somebody takes the port between two starts of the handler.
    let address = process.address();
    let thief = std::thread::spawn(move || {
        let begin = Instant::now();
        loop {
            match std::net::TcpListener::bind(address) {
                Ok(listener) => break Some(listener),
                Err(_) if begin.elapsed() < Duration::from_secs(5) => std::hint::spin_loop(),
                Err(_) => break None,
            }
        }
    });
    error_of_any(&process, "Crash").await;
    let stolen = thief.join().unwrap();
    let outcome = call(&process, "Hello").await;
    match stolen {
        // Three tries are three crashes.
        Some(_) => assert!(outcome.unwrap_err().to_string().contains("functionTimeout"), "calls wait, and end"),
        None => assert!(outcome.is_ok(), "the handler was faster"),
    }
}

async fn error_of_any(process: &HandlerProcess, function: &str) {
    let _ = call(process, function).await;
}

/// Handlers are scripts sometimes, which start what answers: with the script alone, that would live on and hold the port.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_handler_started_ends_with_it() {
    let folder = faulty();
    folder.write_script("run.sh", &format!("#!/bin/sh\n'{FAULTY}'\nexit $?\n"));
    let variable = ("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", "run.sh");
    let process = start(folder.path(), &[variable]).await.unwrap().1;
    let id = process_id(&process).await;
    process.restart("wanted");
    let start = Instant::now();
    while call(&process, "Hello").await.map(text).is_ok_and(|answered| answered == id) {
        assert!(start.elapsed() < Duration::from_secs(5), "the old one still answers");
    }
    assert_ne!(process_id(&process).await, id);
    process.stop().await;
    nobody_listens(process.address()).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_host_leaves_no_handler() {
    let folder = faulty();
    let process = started(&folder).await;
    let address = process.address();
    drop(process);
    nobody_listens(address).await;
}
