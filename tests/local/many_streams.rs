//! Many clients with a stream each, most of which say nothing. The server is a process, so that its memory can be looked at.

use crate::{ping, wait_until};
use std::fs;
use std::process::Command;
use tests::process::App;
use tests::sse::{SSE, Stream, post};

/// The resident memory of a process in KiB, where the system tells.
fn memory(app: &App) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", app.id())).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn a_thousand_idle_streams_are_no_burden() {
    let app = App::local_host(Command::new(env!("CARGO_BIN_EXE_probe")));
    let server = app.address;
    ping(server);
    let before = memory(&app);
    let mut streams: Vec<_> = (0..1000).map(|_| Stream::open(server, SSE, &[]).unwrap()).collect();
    let during = memory(&app);
    for _ in 0..100 {
        ping(server);
    }
    let stream = &mut streams[500];
    stream.post(r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hi"}}}"#);
    assert!(stream.event().unwrap().unwrap().contains(r#""text":"hi""#));

    // They are forgotten at once, though none was ever written to.
    let paths: Vec<_> = streams.iter().map(Stream::path).collect();
    drop(streams);
    for path in paths {
        let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        wait_until("the end of a session", || post(server, &path, notification).status == 400);
    }
    let after = memory(&app);
    tests::say(&format!("memory in KiB: {before:?} before, {during:?} with 1000 streams, {after:?} after"));
}
