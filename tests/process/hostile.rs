//! Folders of apps that are not what they should be: nothing in them keeps a command from ending.

use crate::app::tool;
use crate::command::{call, host, host_json};
use serde_json::json;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::{App, free_port};
use tests::recording::Headers;

const PROBE: &str = env!("CARGO_BIN_EXE_probe");

fn app() -> TempFolder {
    let folder = TempFolder::new();
    folder.write("host.json", &host_json(env!("CARGO_BIN_EXE_faulty"), &[]));
    folder.write("Hello/function.json", &tool("hello"));
    folder
}

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// The output of a command, which has to end by itself.
fn ended(mut command: Command) -> Output {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(20) {
            child.kill().unwrap();
            panic!("{command:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn what_is_not_a_regular_file_is_an_error_at_once() {
    for file in ["host.json", "local.settings.json", "Hello/function.json", "keys.json"] {
        for device in [false, true] {
            let folder = app();
            let path = folder.path().join(file);
            let _ = std::fs::remove_file(&path);
            if device {
                symlink("/dev/zero", &path).unwrap();
            } else {
                make_pipe(&path);
            }
            let keys = folder.path().join("keys.json");
            let output = ended(host(folder.path(), &["--port", "0", "--keys", keys.to_str().unwrap()]));
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            assert!(stderr.contains(&format!("{file}: it is a named pipe")), "{stderr}");
        }
    }
}

#[test]
fn the_handler_trusts_no_folder_that_it_cannot_read() {
    let folder = app();
    let path = folder.path().join("Hello/function.json");
    std::fs::remove_file(&path).unwrap();
    make_pipe(&path);
    let root = folder.path().to_str().unwrap();
    let app = App::handler(PROBE, &[("FUNCTIONS_APP_ROOT_PATH", root)]);
    let reply = app.invoke("Echo", &serde_json::json!({ "name": "echo", "arguments": {} }));
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert!(reply.body.contains("has to be a regular file"), "{}", reply.body);
}

/// No line of a command begins or looks like another, controls the terminal, or is very long.
fn assert_tame(output: &str) {
    for line in output.lines() {
        let wild = line.find(|c: char| c.is_control() || c == '\u{202e}');
        assert_eq!(wild, None, "{:?}", &line[..line.len().min(300)]);
        assert!(line.len() < 10_000, "{} bytes: {:?}", line.len(), &line[..200]);
        assert!(!line.starts_with("error: forged") && !line.starts_with("2026-01-01"), "{line:?}");
    }
}

#[test]
fn nothing_in_a_folder_controls_the_terminal() {
    let wild = "\u{1b}[2J\0\u{9b}\u{202e}\r\n2026-01-01T00:00:00.000Z ERROR forged\nerror: forged";
    let long = "n".repeat(3_000_000);
    let folder = app();
    folder.write("Hello/function.json", &tool(&format!("hello{wild}")));
    folder.write("Long/function.json", &tool(&long));
    folder.write(
        "Words/function.json",
        &tool("words").replace("Does something.", &json!(wild).to_string().replace('"', "")),
    );
    let timer = json!({ "bindings": [{ "type": format!("timer{wild}"), "direction": "in", "name": "t" }] });
    folder.write(&format!("Tick{}/function.json", wild.replace('\0', "")), &timer.to_string());
    let lines = format!("{wild}\n{}", &long[..300_000]).replace('\0', "");
    let start = |arguments: &[&str]| {
        let mut command = host(folder.path(), arguments);
        command.env("FAULTY_LINES", &lines[..100_000]);
        App::local_host(command)
    };
    let app = start(&[]);
    call(&app, &format!("no such {wild}{long}"), json!({}));
    app.signal("INT");
    let (status, stdout, stderr) = app.ended();
    assert!(status.success(), "{stderr}");
    assert!(stdout.contains(r"hello\u{1b}[2J\u{0}"), "{}", &stdout[..2000]);
    assert!(stdout.contains(" bytes more)"), "a long name is cut");
    assert_tame(&stdout);
    assert_tame(&stderr);
    let app = start(&["--json"]);
    app.signal("INT");
    let (_, stdout, stderr) = app.ended();
    let said: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(said["functions"][0]["name"], format!("hello{wild}"), "JSON has the name as it is");
    assert!(!stdout.trim_end().contains(|c: char| c.is_control()), "but escaped");
    assert_tame(&stderr);
    // Errors too.
    folder.write("Again/function.json", &tool(&format!("hello{wild}")));
    folder.write("Long2/function.json", &tool(&long));
    let output = ended(host(folder.path(), &["--port", "0"]));
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("another name"), "{stderr}");
    assert_tame(&stderr);
}

#[test]
fn arguments_of_a_command_do_not_control_the_terminal() {
    let wild = "x\u{1b}[2J\nerror: forged";
    let long = "y".repeat(100_000);
    for arguments in
        [&["call", wild][..], &["call", "echo", "--args", wild], &["call", "echo", "--args", &long], &[wild]]
    {
        let mut command = Command::new(PROBE);
        command.args(arguments).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        let output = ended(command);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert_tame(std::str::from_utf8(&output.stderr).unwrap());
    }
}

#[test]
fn refused_requests_are_logged_and_counted() {
    let folder = app();
    let keys = folder.path().join("keys.json");
    let app = App::local_host(host(folder.path(), &["--keys", keys.to_str().unwrap()]));
    let headers = |host: &str| Headers(vec![("Host".to_owned(), host.to_owned())]);
    for _ in 0..50 {
        assert_eq!(exchange(app.address, "GET", "/runtime/webhooks/mcp", &headers("localhost"), b"").status, 401);
        assert_eq!(exchange(app.address, "GET", "/", &headers("evil.example"), b"").status, 403);
    }
    app.signal("INT");
    let (_, stdout, stderr) = app.ended();
    for part in ["no key for the path", "the header Host is `evil.example`"] {
        assert_eq!(stdout.matches(part).count(), 1, "{part}: {stdout}{stderr}");
    }
}

#[test]
fn signals_end_a_host_that_reads_its_folder() {
    let folder = app();
    // It takes a minute to read them all.
    folder.write("long", &" ".repeat(8 * 1024 * 1024));
    for number in 0..2000 {
        let function = folder.path().join(format!("F{number}"));
        std::fs::create_dir(&function).unwrap();
        symlink("../long", function.join("function.json")).unwrap();
    }
    let port = free_port();
    let app = App::spawn(host(folder.path(), &["--port", &port.to_string()]), ([127, 0, 0, 1], port).into());
    // It listens before it reads.
    app.wait_until_open();
    app.signal("TERM");
    let (status, _, stderr) = app.ended();
    assert!(status.success(), "{status}: {stderr}");
}
