//! What the compiler says when a function cannot be what it shall be: `ui/README.md`.

use std::io::{self, Write};
use std::process::Command;

/// The compiler whose words stand in the `.stderr` files. Another one says the same mistakes in other words.
const COMPILER: &str = "rustc 1.95.";

/// The folders of mistakes.
const SUBJECTS: [&str; 6] = ["access", "app", "binding", "prompt", "resource", "tool"];

#[test]
fn compile_errors() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    let compiler = compiler();
    if compiler.starts_with(COMPILER) || ["TRYBUILD", "UI_ALWAYS"].iter().any(|name| std::env::var_os(name).is_some()) {
        for subject in SUBJECTS {
            cases.compile_fail(format!("tests/ui/{subject}/*.rs"));
        }
    } else {
        // Not with `println!`, which nobody sees of a test that passes.
        let _ = writeln!(
            io::stderr(),
            "skipped: tests/ui/**/*.stderr are the words of {COMPILER}*, this is {compiler}; UI_ALWAYS=1 compares them"
        );
    }
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}
