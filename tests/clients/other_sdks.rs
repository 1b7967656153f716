//! The official SDKs of MCP for TypeScript and Python, both generations of each. Scripts beside this file call what
//! `samples/conformance` has, and print what they got.
//!
//! `tests/clients/install` installs the SDKs. Without them the tests are skipped, and say so; with `REQUIRE_SDKS=1` they fail then.

use super::rust_sdk;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::process::{App, sample};

/// An endpoint, what the clients do there, and the revision that those of a generation and an era agree on with it.
struct Endpoint {
    path: &'static str,
    parts: &'static [&'static str],
    revisions: [(u8, &'static str, &'static str); 3],
}

const ENDPOINTS: [Endpoint; 3] = [
    Endpoint {
        path: "/mcp",
        parts: &["tools", "resources", "prompts", "progress", "elicitation"],
        revisions: [(1, "legacy", "2025-11-25"), (2, "legacy", "2025-11-25"), (2, "auto", "2026-07-28")],
    },
    // The last revision that the extension speaks. It tells no progress, and asks nothing.
    Endpoint {
        path: "/runtime/webhooks/mcp",
        parts: &["tools", "resources", "prompts"],
        revisions: [(1, "legacy", "2025-06-18"), (2, "legacy", "2025-06-18"), (2, "auto", "2025-06-18")],
    },
    // The client starts the program.
    Endpoint {
        path: STDIO,
        parts: &["tools", "resources", "prompts", "progress", "elicitation"],
        revisions: [(1, "legacy", "2025-11-25"), (2, "legacy", "2025-11-25"), (2, "auto", "2026-07-28")],
    },
];

/// In place of a path: the command `stdio`.
const STDIO: &str = "stdio";

#[tokio::test]
async fn typescript() {
    check(|_| ("typescript/node_modules/.bin/node".into(), "typescript/main.mjs")).await;
}

#[tokio::test]
async fn python() {
    check(|generation| (format!("python/.venv/v{generation}/bin/python"), "python/main.py")).await;
}

/// Runs all generations of an SDK. `program` says what runs which script, for a generation.
async fn check(program: impl Fn(u8) -> (String, &'static str)) {
    let app = App::local_host(sample("conformance"));
    let expected = expected(&app).await;
    for Endpoint { path, parts, revisions } in ENDPOINTS {
        let url = if path == STDIO { started() } else { format!("http://{}{path}", app.address) };
        for (generation, era, revision) in revisions {
            let (program, script) = program(generation);
            let Some(program) = installed(&program) else { return };
            let mut arguments = vec![generation.to_string(), url.clone(), era.to_owned()];
            arguments.extend(parts.iter().map(|part| (*part).to_owned()));
            let transcript = run(&program, script, &arguments);
            assert_eq!(transcript["revision"], revision, "{script} {arguments:?}");
            for part in parts {
                assert_eq!(transcript[part], expected[part], "{script} {arguments:?}: {part}");
            }
        }
    }
}

/// The sample as a program that clients start: not by cargo, which would wait while other tests build something.
fn started() -> String {
    drop(sample("conformance"));
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(Path::parent).unwrap().join("conformance");
    format!("stdio:{}", json!([program, "stdio"]))
}

/// What clients get of each part, at whatever endpoint. What there is, is what the Rust SDK finds.
async fn expected(app: &App) -> Value {
    let client = rust_sdk::client(app, None).await;
    let tools = client.list_all_tools().await.unwrap();
    let prompts = client.list_all_prompts().await.unwrap();
    client.cancel().await.unwrap();
    json!({
        "tools": {
            "names": tools.iter().map(|tool| &*tool.name).collect::<Vec<_>>(),
            "text": "This is a simple text response for testing.",
            "mixed": ["text", "image", "resource"],
            "error": [true, "This tool intentionally returns an error for testing"],
            "unknown": -32602,
        },
        "resources": {
            "uris": ["test://static-binary", "test://static-text", "test://watched-resource"],
            "templates": ["test://template/{id}/data"],
            "text": "This is the content of the static text resource.",
            "type": "image/png",
            "bytes": include_bytes!("../../samples/conformance/src/pixel.png").len(),
            "data": { "id": "123", "templateTest": true, "data": "Data for ID: 123" },
        },
        "prompts": {
            "names": prompts.iter().map(|prompt| &prompt.name).collect::<Vec<_>>(),
            "simple": "This is a simple prompt for testing.",
            "arguments": "Prompt with arguments: arg1='one', arg2='two'",
            "image": ["image", "text"],
        },
        "progress": {
            "steps": [[0, 100], [50, 100], [100, 100]],
            "text": "Tool with progress executed successfully",
        },
        "elicitation": {
            "asked": ["Who are you?"],
            "text": r#"User response: action=accept, content={"username":"ann","email":"ann@example.com"}"#,
        },
    })
}

/// The program; nothing if it is not there and that is no failure.
fn installed(program: &str) -> Option<PathBuf> {
    let path = folder().join(program);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var_os("REQUIRE_SDKS").is_some_and(|value| value != "0");
    assert!(!required, "REQUIRE_SDKS is set, but there is no {}: run tests/clients/install", path.display());
    tests::say(&format!("SKIPPED: an SDK was not tried, for there is no {program} (tests/clients/install brings it)"));
    None
}

/// What a script prints. It has nothing to say beside it: what an SDK warns of is a failure too.
fn run(program: &Path, script: &str, arguments: &[String]) -> Value {
    let mut command = Command::new(program);
    command.arg(folder().join(script)).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1").env("RUST_LOG", "off");
    let output = command.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let is_well = output.status.success() && stderr.is_empty();
    assert!(is_well, "{script} {arguments:?}: {}\n{stdout}{stderr}", output.status);
    serde_json::from_str(&stdout).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}
