//! The sample app as its user starts it, `cargo run -p hello`, with clients that others have written.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod life;
mod rust_sdk;

use std::process::Command;
use std::sync::Once;

/// `cargo run` of the sample. It is built beforehand, once, so that nobody waits for the compiler where an app has to answer.
///
/// On Unix cargo does not wait for the program that it runs: it becomes it. Whatever is done to the process, like a signal,
/// is done to the app, and nothing is left over when it is killed.
fn hello() -> Command {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let built = cargo(&["build", "--quiet", "--package", "hello"]).status().expect("cargo runs");
        assert!(built.success(), "the sample builds");
    });
    cargo(&["run", "--quiet", "--package", "hello", "--"])
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}
