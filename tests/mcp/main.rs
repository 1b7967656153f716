//! `/mcp` over HTTP: what MCP says that a server does, revision by revision.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod addresses;
mod asking;
mod bindings;
mod cancellation;
mod changes;
mod completion;
mod events;
mod headers;
mod identity;
mod layers;
mod lists;
mod logs;
mod origins;
mod random;
mod requests;
mod resumption;
mod safety;
mod sessions;
mod subscriptions;
mod tasks;
mod transcript;
mod wire;

use std::process::Command;
use std::time::{Duration, Instant};
use tests::process::App;

/// The revisions with sessions whose streams can be resumed.
const RESUMABLE: [&str; 3] = ["2025-03-26", "2025-06-18", "2025-11-25"];

/// The program under test.
const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// It as its own local host.
fn probe(environment: &[(&str, &str)]) -> App {
    let mut command = Command::new(PROBE);
    command.envs(environment.iter().copied());
    App::local_host(command)
}

/// Waits until something is so.
#[track_caller]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "it did not come to that");
        std::thread::sleep(Duration::from_millis(10));
    }
}
