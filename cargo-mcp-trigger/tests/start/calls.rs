//! `list`, `call`, `read` and `prompt` on two apps that `start` serves, with keys and without.

use crate::workspace::{Workspace, command, outcome};
use serde_json::Value;

const APP: &str = r#"
use mcp_trigger::{ExitCode, mcp_prompt, mcp_resource, mcp_tool};

/// Repeats a text.
#[mcp_tool]
fn repeat(
    /** What to repeat */
    text: String,
    times: u8,
    marks: Option<Vec<String>>,
) -> Result<String, String> {
    if times == 0 {
        return Err("never is too seldom".to_owned());
    }
    Ok(text.repeat(times.into()) + &marks.unwrap_or_default().concat())
}

/// A page of the book.
#[mcp_resource("book://{page}")]
fn page(page: u8) -> String {
    format!("page {page}\n")
}

/// Asks for a poem.
#[mcp_prompt]
fn poem(subject: String) -> String {
    format!("Write a poem about {subject}.")
}

fn main() -> ExitCode {
    mcp_trigger::run()
}
"#;

fn run(url: &str, arguments: &[&str]) -> (String, String, Option<i32>) {
    outcome(&command(arguments).args(["--url", url]).output().unwrap())
}

#[test]
fn several_apps_are_called_at_all_their_addresses() {
    let workspace = Workspace::new(&[("calls-a", APP), ("calls-b", APP)]);
    let mut running = workspace.start(&["calls-a", "calls-b"]);
    let ready = [running.ready(), running.ready()];
    let mut apps: Vec<_> = ready.iter().map(|ready| ready["app"].as_str().unwrap()).collect();
    apps.sort_unstable();
    assert_eq!(apps, ["calls-a", "calls-b"]);
    for ready in &ready {
        for address in ["server", "endpoint"] {
            call_all(ready[address].as_str().unwrap());
        }
    }
    let line = running.wait_for("repeat failed after ");
    assert!(line.starts_with("calls-"), "lines have the name of their app: {line}");
    running.signal("TERM");
    assert_eq!(running.ended(), Some(0));

    let keys = workspace.path().join("keys.json");
    let mut running = workspace.start(&["calls-a", "--keys", keys.to_str().unwrap()]);
    let ready = running.ready();
    let keys: Value = serde_json::from_str(&std::fs::read_to_string(keys).unwrap()).unwrap();
    let (system, host) = (keys["mcp_extension"].as_str().unwrap(), keys["default"].as_str().unwrap());
    for (address, key, name) in [("endpoint", system, "mcp_extension"), ("server", host, "default")] {
        let url = ready[address].as_str().unwrap();
        let arguments = ["call", "repeat", "text=x", "times=2"];
        let (_, error, code) = run(url, &arguments);
        assert!(error.contains("wants a key") && error.contains(name) && code == Some(1), "{error}");
        let (_, error, _) = run(url, &[&arguments[..], &["--key", "wr0ng"]].concat());
        assert!(error.contains("does not know the key") && !error.contains("wr0ng"), "{error}");
        let with_key = command(&arguments).args(["--url", url]).env("MCP_TRIGGER_KEY", key).output().unwrap();
        assert_eq!(outcome(&with_key), ("xx\n".to_owned(), String::new(), Some(0)));
    }
    // A host key is not enough for the extension.
    let (_, error, code) = run(ready["endpoint"].as_str().unwrap(), &["list", "--key", host]);
    assert!(error.contains("does not open") && error.contains("mcp_extension") && code == Some(1), "{error}");
}

fn call_all(url: &str) {
    let (text, _, code) = run(url, &["call", "repeat", "text=1", "times=2", "marks=!", "marks=?"]);
    assert_eq!((text.as_str(), code), ("11!?\n", Some(0)), "{url}");
    let (text, _, _) = run(url, &["call", "repeat", "--args", r#"{"text": "a", "times": 1}"#, "--json"]);
    let result: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(result["content"][0]["text"], "a");

    let (text, error, code) = run(url, &["call", "repeat", "text=x", "times=0"]);
    assert!(text.contains("never is too seldom") && error.contains("answered with an error"), "{text}{error}");
    assert_eq!(code, Some(1));
    for (arguments, what) in [
        (&["call", "repeat", "text=x"][..], "`repeat` needs `times`"),
        (&["call", "repeat", "text=x", "times=two"], "`times` is an integer, and `two` is not"),
        (&["call", "repeat", "txt=x", "times=1"], "is `text` meant?"),
        (&["call", "repaet"], "is `repeat` meant?"),
        (&["prompt", "poem"], "`poem` needs `subject`"),
    ] {
        let (_, error, code) = run(url, arguments);
        assert!(error.contains(what) && code == Some(2), "{arguments:?}: {error}");
    }

    assert_eq!(run(url, &["read", "book://7"]).0, "page 7\n", "{url}");
    let (_, error, code) = run(url, &["read", "shelf://7"]);
    assert!(error.contains("cargo mcp-trigger list") && code == Some(1), "{error}");
    let (text, _, _) = run(url, &["prompt", "poem", "subject=the sea"]);
    assert!(text.contains("user:\nWrite a poem about the sea."), "{text}");

    let (text, _, _) = run(url, &["list"]);
    for part in
        ["\n  repeat  text, times, marks?  Repeats a text.\n", "book://{page}", "\n  poem  subject  Asks for a poem.\n"]
    {
        assert!(text.contains(part), "{text}");
    }
    let (_, error, code) = run(&url.replace("mcp", "nothing"), &["list"]);
    assert!(error.contains("no MCP server") && code == Some(1), "{error}");
}
