//! `samples/snippets`: blobs that the local host writes and reads.

use super::{Client, Storage, call, client, end, text};
use serde_json::json;
use tests::process::App;

/// What is saved comes back as it was. The host takes some texts of an output for something else: base64, or a date.
#[tokio::test]
async fn gets_what_was_saved() {
    let storage = Storage::new();
    let app = App::local_host(storage.of("snippets"));
    let client = client(&app, None).await;
    for (name, snippet) in [
        ("greeting", "print(\"hei 🦀\")\n"),
        ("python/greeting", "a name with a slash"),
        ("empty", ""),
        ("base64", "abcd"),
        ("date", "2026-01-02T03:04:05Z"),
        ("number", "1.0"),
        ("json", "{\"a\": [1, null]}"),
    ] {
        let saved = call(&client, "save_snippet", json!({ "snippetname": name, "snippet": snippet })).await.unwrap();
        assert_eq!((saved.is_error.unwrap_or_default(), text(&saved)), (false, &*format!("Saved `{name}`.")));
        assert_eq!(get(&client, name).await, Ok(snippet.to_owned()), "{name}");
        // Files that a user can open.
        let file = storage.0.join(format!("blobs/snippets/{name}.json"));
        assert_eq!(std::fs::read_to_string(file).unwrap(), snippet, "{name}");
    }

    call(&client, "save_snippet", json!({ "snippetname": "greeting", "snippet": "new" })).await.unwrap();
    assert_eq!(get(&client, "greeting").await.unwrap(), "new");
    end(client).await;
}

#[tokio::test]
async fn tells_what_is_missing() {
    let storage = Storage::new();
    let app = App::local_host(storage.of("snippets"));
    let client = client(&app, None).await;
    for name in ["greeting", "python/greeting"] {
        let missing = get(&client, name).await.unwrap_err();
        assert!(missing.contains(&format!("`{name}`")) && missing.contains("`save_snippet`"), "{missing}");
    }
    end(client).await;
}

/// A snippet; the message of the error if it is one.
async fn get(client: &Client, name: &str) -> Result<String, String> {
    let result = call(client, "get_snippets", json!({ "snippetname": name })).await.unwrap();
    let words = text(&result).to_owned();
    if result.is_error == Some(true) { Err(words) } else { Ok(words) }
}

/// `call` is the local host without a server: what one call stores the next one reads.
#[test]
fn call_has_the_bindings_too() {
    let storage = Storage::new();
    let run = |tool: &str, arguments: serde_json::Value| {
        let mut command = tests::process::sample("snippets");
        command.args(["call", tool, "--args", &arguments.to_string(), "--storage"]).arg(&storage.0);
        String::from_utf8(command.env_remove("AzureWebJobsStorage").output().unwrap().stdout).unwrap()
    };
    assert_eq!(run("save_snippet", json!({ "snippetname": "a", "snippet": "1 + 1" })), "Saved `a`.\n");
    assert_eq!(run("get_snippets", json!({ "snippetname": "a" })), "1 + 1\n");
}
