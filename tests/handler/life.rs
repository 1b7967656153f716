//! How the process starts and ends. The host never starts it again after exit code 0 (ground-truth.md §4).

use super::{PROBE, call};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tests::process::{App, free_port, tool_result};

#[test]
fn it_answers_at_once_and_calls_wait_for_the_state() {
    let start = Instant::now();
    let app = App::handler(PROBE, &[("PROBE_SETUP_MILLIS", "600")]);
    assert!(start.elapsed() < Duration::from_millis(500), "ready after {:?}", start.elapsed());
    let result = tool_result(&app.invoke("NeedLate", &call("need_late", json!({}))));
    assert_eq!(result["content"][0]["text"], "there");
    assert!(start.elapsed() >= Duration::from_millis(600));
}

#[test]
fn a_state_that_fails_ends_it_with_the_reason() {
    let app = App::handler_at(PROBE, &[("PROBE_SETUP_FAILS", "no database at db:5432")], free_port());
    let (status, _, stderr) = app.ended();
    assert_ne!(status.code(), Some(0));
    assert!(stderr.contains("probe::Late") && stderr.contains("no database at db:5432"), "{stderr}");
}

#[test]
fn a_port_in_use_ends_it_with_the_reason() {
    let first = App::handler(PROBE, &[]);
    let second = App::handler_at(PROBE, &[], first.address.port());
    let (status, _, stderr) = second.ended();
    assert!(status.code().is_some_and(|code| code != 0), "{status}");
    assert!(stderr.contains(&first.address.to_string()), "{stderr}");
}

#[test]
fn terminated_it_finishes_its_calls_and_ends_with_another_code_than_0() {
    let app = App::handler(PROBE, &[]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| app.invoke("Wait", &call("wait", json!({ "millis": 400 }))));
        std::thread::sleep(Duration::from_millis(150));
        app.signal("TERM");
        assert_eq!(tool_result(&waiting.join().unwrap())["content"][0]["text"], "waited 400 ms");
    });
    let (status, ..) = app.ended();
    assert_eq!(status.code(), Some(143));
}

#[test]
fn terminated_it_tells_the_calls_that_ask() {
    let app = App::handler(PROBE, &[]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| app.invoke("WaitForTheEnd", &call("wait_for_the_end", json!({}))));
        std::thread::sleep(Duration::from_millis(150));
        app.signal("TERM");
        assert_eq!(tool_result(&waiting.join().unwrap())["content"][0]["text"], "stopped in time");
    });
    app.ended();
}

/// Ctrl-C reaches the handler too; what to do about it is the host's business.
#[test]
fn interrupted_once_it_goes_on_and_twice_it_ends() {
    let mut app = App::handler_at(PROBE, &[], free_port());
    // Before it answers anything.
    app.wait_until_open();
    app.signal("INT");
    std::thread::sleep(Duration::from_millis(200));
    assert!(app.is_running());
    tool_result(&app.invoke("Count", &call("count", json!({}))));
    app.signal("INT");
    let (status, ..) = app.ended();
    assert_eq!(status.code(), Some(130));
}

/// A host that is killed cannot end its handler any more.
#[test]
fn without_its_host_it_ends() {
    let port = free_port();
    // The shell stands for the host: it starts the handler, says its id, and is killed.
    let mut host = Command::new("sh")
        .args(["-c", "\"$0\" & echo $!; wait", PROBE])
        .env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(10), "the handler does not listen");
        std::thread::sleep(Duration::from_millis(5));
    }
    host.kill().unwrap();
    host.wait().unwrap();
    let start = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(10), "the handler still runs");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program whose `main` is `async`.
const ASYNC_MAIN: &str = env!("CARGO_BIN_EXE_async-main");

#[test]
fn an_async_main_runs_it_on_the_runtime_that_there_is() {
    let app = App::handler(ASYNC_MAIN, &[]);
    assert_eq!(tool_result(&app.invoke("Hello", &call("hello", json!({}))))["content"][0]["text"], "hello");
    app.signal("TERM");
    assert_eq!(app.ended().0.code(), Some(143));
    let unknown = Command::new(ASYNC_MAIN).arg("--nonsense").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn run_in_an_async_main_says_what_to_write() {
    let output = Command::new(ASYNC_MAIN).env("PROBE_RUN", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: ") && stderr.contains("App::new().run_async().await"), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

/// In the log of the handler, in what a local host says first, and in the lists: with the client and what to do.
#[test]
fn what_clients_refuse_is_told_at_the_start_and_in_the_list() {
    let refused = |arguments: &[&str]| {
        let mut command = Command::new(PROBE);
        command
            .args(arguments)
            .env("PROBE_REFUSED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let is_told =
        |text: &str| text.contains("the tool `refused`") && text.contains("(`id`); refused by Gemini: write one type");

    let mut handler = refused(&[]).env("FUNCTIONS_CUSTOMHANDLER_PORT", free_port().to_string()).spawn().unwrap();
    let mut log = BufReader::new(handler.stdout.take().unwrap()).lines();
    let (told, is_over) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        // If nothing is told, the end of the process ends the log.
        let _ = is_over.recv_timeout(Duration::from_secs(10));
        let _ = handler.kill();
        handler.wait()
    });
    let found = log.any(|line| is_told(&line.unwrap()));
    drop(told);
    watch.join().unwrap().unwrap();
    assert!(found, "the handler does not tell");

    let app = App::local_host({
        let mut command = refused(&["serve", "--json"]);
        command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        command
    });
    app.signal("INT");
    let (_, banner, _) = app.ended();
    let banner: Value = serde_json::from_str(banner.lines().next().unwrap()).unwrap();
    let problems = banner["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| is_told(problem.as_str().unwrap())), "{problems:?}");

    let list = refused(&["list"]).output().unwrap();
    assert!(list.status.success() && is_told(&String::from_utf8(list.stderr).unwrap()));
    let list = refused(&["list", "--json"]).output().unwrap();
    let list: Vec<Value> = serde_json::from_slice(&list.stdout).unwrap();
    let entry = list.iter().find(|entry| entry["name"] == "refused").unwrap();
    let [warning] = entry["warnings"].as_array().unwrap().as_slice() else { panic!("{entry}") };
    assert_eq!((&warning["rule"], &warning["clients"]), (&json!("type-list"), &json!(["Gemini"])));
    assert_eq!(warning["arguments"], json!(["id"]));
}
