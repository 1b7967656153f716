//! Every recorded function.json, against what the real host did with it.

use host_protocol::function_json::FunctionJson;
use host_protocol::validate::{self, Severity};
use serde_json::{Value, json};
use std::io::Write as _;

const RECORDED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings/function-json.jsonl"));

#[test]
fn recorded_outcomes() {
    // The function that stood beside each recorded one.
    let hello = json!({"bindings": [{"type": "mcpToolTrigger", "direction": "in", "name": "context",
                                     "toolName": "hello_tool", "description": "h"}]});
    let hello = FunctionJson::from_value(hello).unwrap();
    let (mut replayed, mut unregistered) = (0, 0);
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let target = FunctionJson::from_value(case["functionJson"].clone()).unwrap();
        let name = if case["name"] == "function name mcp" { "mcp" } else { "Target" };
        let problems = validate::functions(&[("HelloTool".to_owned(), hello.clone()), (name.to_owned(), target)]);
        let worst = problems.iter().map(|problem| problem.severity).max().filter(|worst| *worst > Severity::Warning);

        let errors: Vec<&str> = case["errors"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let expected = if case["outcome"] == "the whole host failed to start" {
            Some(Severity::HostDown)
        } else if errors.iter().any(|error| error.contains("are not registered")) {
            // The recorded app had no extension bundle, which brings `blob` and `queue`; nothing is wrong with the file.
            unregistered += 1;
            None
        } else {
            (!errors.is_empty()).then_some(Severity::FunctionInError)
        };
        assert_eq!(worst, expected, "{}: {problems:#?}", case["name"]);
        assert!(problems.iter().all(|problem| problem.function == name), "{}: {problems:#?}", case["name"]);
        replayed += 1;
    }
    let _ = writeln!(
        std::io::stderr(),
        "replayed {replayed} recorded function.json, {unregistered} of them with an extension that was not there"
    );
    assert!(replayed > 0 && unregistered == 2);
}
