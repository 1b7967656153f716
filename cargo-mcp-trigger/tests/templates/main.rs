//! `new` and `init` as users run them, and the apps that they make.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod apps;
mod command;
#[cfg(unix)]
mod hooks;
#[cfg(unix)]
mod journey;
mod samples;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Runs `cargo mcp-trigger` in a folder, without a terminal.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
    // As cargo starts it; a test's own variables of cargo are none of a user's.
    tool.arg("mcp-trigger").args(arguments).current_dir(folder).stdin(Stdio::null());
    tool.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_TARGET_DIR").output().unwrap()
}

/// Runs it, and returns standard output.
#[track_caller]
fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs it, and returns its error.
#[track_caller]
fn fail(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
    text(&output.stderr)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}
