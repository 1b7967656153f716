//! From a change of a source to the next answer, and the end of all processes.

use crate::workspace::{Workspace, command, outcome};
#[cfg(target_os = "linux")]
use crate::workspace::{processes_of, target};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const APP: &str = r#"
use mcp_trigger::{ExitCode, mcp_tool};

/// Greets.
#[mcp_tool]
fn greet(name: String) -> String {
    format!("Hello, {name}!")
}

fn main() -> ExitCode {
    mcp_trigger::run()
}
"#;

fn greet(url: &str) -> (String, String, Option<i32>) {
    outcome(&command(&["call", "greet", "name=Ann", "--url", url]).output().unwrap())
}

/// Calls until the answer is this one. No call fails meanwhile.
fn greet_until(url: &str, expected: &str) {
    let begin = Instant::now();
    loop {
        let (answer, error, code) = greet(url);
        assert_eq!(code, Some(0), "{answer}{error}");
        if answer == expected {
            return;
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "no `{expected}` comes, but {answer}");
    }
}

#[test]
fn a_change_is_reloaded_a_mistake_is_not_and_nothing_is_left() {
    let workspace = Workspace::new(&[("reload-app", APP)]);
    let mut running = workspace.start(&[]);
    let ready = running.ready();
    assert_eq!(ready["app"], "reload-app");
    let (url, endpoint) = (ready["server"].as_str().unwrap(), ready["endpoint"].as_str().unwrap());
    assert_eq!(greet(url).0, "Hello, Ann!\n");
    running.wait_for("greet succeeded after ");
    assert_eq!(greet(endpoint).0, "Hello, Ann!\n");
    running.wait_for("greet succeeded after ");

    // Calls go on until the new one answers, at both addresses.
    workspace.write("reload-app/src/main.rs", &APP.replace("Hello", "Hi"));
    running.wait_for("src/main.rs changed");
    greet_until(url, "Hi, Ann!\n");
    greet_until(endpoint, "Hi, Ann!\n");

    // A mistake is shown, and what was there before goes on.
    workspace.write("reload-app/src/main.rs", &APP.replace("name}", "nobody}"));
    running.wait_for("cannot find value `nobody`");
    running.wait_for("The app goes on as it was");
    assert_eq!(greet(url).0, "Hi, Ann!\n");

    // A tool that is new has a file for the host, and is listed.
    let more = APP.replace("fn main", "/// Waves.\n#[mcp_tool]\nfn wave() {}\n\nfn main");
    workspace.write("reload-app/src/main.rs", &more);
    running.wait_for("reloaded in ");
    greet_until(url, "Hello, Ann!\n");
    for url in [url, endpoint] {
        let list = command(&["list", "--url", url]).output().unwrap();
        assert!(outcome(&list).0.contains("\n  wave         Waves."), "{list:?}");
    }
    assert!(workspace.path().join("reload-app/wave/function.json").is_file());

    let address = ready["address"].as_str().unwrap();
    running.signal("INT");
    assert_eq!(running.ended(), Some(0));
    assert!(TcpStream::connect(address).is_err(), "{address} is still there");
    #[cfg(target_os = "linux")]
    let programs = target().join("mcp-trigger/reload-app");
    #[cfg(target_os = "linux")]
    assert!(processes_of(&programs).is_empty());

    // A program that is killed can end nothing by itself.
    let mut running = workspace.start(&[]);
    let address = running.ready()["address"].as_str().unwrap().to_owned();
    running.signal("KILL");
    assert_eq!(running.ended(), None);
    let begin = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(10), "{address} is still there");
    }
    #[cfg(target_os = "linux")]
    while !processes_of(&programs).is_empty() {
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?} still run", processes_of(&programs));
    }
}
