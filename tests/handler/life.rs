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
    let unknown = Command::new(ASYNC_MAIN).args(["help", "--nonsense"]).output().unwrap();
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

/// A program with a tool that some clients refuse.
fn refused(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROBE);
    command.args(arguments).env("PROBE_REFUSED", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Whether a text names the tool, the client, and the remedy.
fn is_told(text: &str) -> bool {
    text.contains("the tool `refused`") && text.contains("(`id`); refused by Gemini: write one type")
}

#[test]
fn the_handler_warns_of_clients_that_refuse_a_tool() {
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
}

#[cfg(feature = "local")]
#[test]
fn the_local_host_and_the_list_warn_of_clients_that_refuse_a_tool() {
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

#[cfg(not(feature = "local"))]
#[test]
fn without_the_local_host_a_program_says_what_it_lacks() {
    let run = |arguments: &[&str]| {
        let output = Command::new(PROBE).args(arguments).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT").output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for command in ["serve", "generate", "host", "start", "stdio", "list", "call", "keys"] {
        let (code, error) = run(&[command, "--json"]);
        assert!(code == Some(2) && error.contains(&format!("`{command}` is not in this program")), "{error}");
        assert!(error.contains("without the feature `local` of mcp-trigger"), "{error}");
    }
    let (code, error) = run(&[]);
    assert!(code == Some(1) && error.contains("cannot run by itself") && error.contains("`local`"), "{error}");
    let help = Command::new(PROBE).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("  handler ") && !help.contains("serve "), "{help}");
}
