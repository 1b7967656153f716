//! Every recorded host.json, against what the real host did with it.

use host_protocol::host_json::HostJson;
use host_protocol::validate::{self, Severity};
use serde_json::Value;
use std::io::Write as _;

const RECORDED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings/host-json.jsonl"));

/// These fail for what is on the disk or what the process does; the file says nothing wrong.
const NOT_ABOUT_THE_FILE: [&str; 8] = [
    "not executable",
    "missing executable",
    "workingDirectory missing",
    "env override executable",
    "no host.json",
    "never listens",
    "exits at once 1",
    "exits at once 0",
];

#[test]
fn recorded_outcomes() {
    let (mut replayed, mut skipped) = (0, 0);
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let name = case["name"].as_str().unwrap();
        if NOT_ABOUT_THE_FILE.contains(&name) {
            skipped += 1;
            continue;
        }
        let text = match &case["hostJson"] {
            Value::String(text) => text.clone(),
            file => format!("{file:#}"),
        };
        let file = HostJson::parse(&text);
        let problems = file.as_ref().map(validate::host_json);
        let down = problems.as_ref().map_or(true, |all| all.iter().any(|one| one.severity == Severity::HostDown));
        let works = case["call"].as_str().unwrap().starts_with("HTTP/1.1 200");
        assert_eq!(down, !works, "{name}: {problems:?}");
        if let Ok(file) = &file {
            assert_eq!(file.to_text(), text, "{name}");
        }
        // What the message says of the host is what it did.
        let messages = problems.map_or_else(ToString::to_string, |all| all.iter().map(ToString::to_string).collect());
        if down {
            let call = case["call"].as_str().unwrap();
            let effect = ["503", "500"].into_iter().find(|status| call.contains(status)).unwrap_or("the host stops");
            assert!(messages.contains(effect), "{name}: {messages}");
        }
        replayed += 1;
    }
    let _ =
        writeln!(std::io::stderr(), "replayed {replayed} recorded host.json; {skipped} more are not about the file");
    assert!(replayed > 0 && skipped == NOT_ABOUT_THE_FILE.len());
}
