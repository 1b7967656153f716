//! What the compiler says when a function cannot be what it shall be: `ui/README.md`.

use std::io::{self, Write};
use std::process::Command;

/// The toolchain of the repository, whose compiler's words stand in the `.stderr` files. Another compiler reports the same mistakes in
/// other words.
const TOOLCHAIN: &str = include_str!("../../rust-toolchain.toml");

/// The folders of mistakes.
const SUBJECTS: [&str; 6] = ["access", "app", "binding", "prompt", "resource", "tool"];

#[test]
fn compile_errors() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    let (pinned, compiler) = (pinned_compiler(), compiler());
    let mismatch = !compiler.starts_with(&pinned);
    let message = format!("tests/ui/**/*.stderr are the words of {pinned}(rust-toolchain.toml), this is {compiler}");
    assert!(!mismatch || !is_set("REQUIRE_COMPILER"), "{message}: run the tests with the toolchain of the repository");
    if mismatch && !is_set("UI_ALWAYS") && !is_set("TRYBUILD") {
        // Not with `println!`, which nobody sees of a test that passes.
        let _ = writeln!(io::stderr(), "skipped: {message}; UI_ALWAYS=1 compares them");
        return;
    }
    for subject in SUBJECTS {
        cases.compile_fail(format!("tests/ui/{subject}/*.rs"));
    }
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some()
}

/// The beginning of the pinned compiler's version line, as `rustc 1.95.0 `.
fn pinned_compiler() -> String {
    let channel = TOOLCHAIN.lines().find_map(|line| line.strip_prefix("channel = "));
    format!("rustc {} ", channel.expect("rust-toolchain.toml has a channel").trim_matches('"'))
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
