//! Folders of apps that are not what they should be: nothing in them keeps a command from ending.

use crate::app::tool;
use crate::command::{host, host_json};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tests::folder::TempFolder;
use tests::process::{App, free_port};

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
