//! Lists: page by page, and in each revision what it knows.

use crate::wire::{self, HANDSHAKE_REVISIONS, STATELESS, probe, request};
use serde_json::{Value, json};
use std::process::Command;
use tests::process::{App, sample};

const LISTS: [(&str, &str); 4] = [
    ("tools/list", "tools"),
    ("resources/list", "resources"),
    ("resources/templates/list", "resourceTemplates"),
    ("prompts/list", "prompts"),
];

fn result(app: &App, revision: &str, method: &str, params: Value) -> Value {
    wire::result(&request(app.address, revision, method, params))
}

/// What the server says of itself, as a revision tells it.
pub(crate) fn introduction(app: &App, revision: &str) -> Value {
    if revision == STATELESS {
        return result(app, revision, "server/discover", json!({}));
    }
    let client = json!({ "name": "test", "version": "1" });
    let params = json!({ "protocolVersion": revision, "capabilities": {}, "clientInfo": client });
    result(app, revision, "initialize", params)
}

/// The item of a list that has a name.
pub(crate) fn listed(app: &App, revision: &str, method: &str, member: &str, name: &str) -> Value {
    let list = result(app, revision, method, json!({}));
    let found = list[member].as_array().expect("a list").iter().find(|item| item["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}")).clone()
}

/// The names of an object's members, sorted.
fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// The probe with this many functions on a page.
fn paged(size: usize) -> App {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.env("PROBE_PAGE_SIZE", size.to_string());
    App::local_host(command)
}

/// The names on all pages, and how many pages there are.
fn pages(app: &App, revision: &str, method: &str, member: &str) -> (Vec<Value>, usize) {
    let (mut names, mut cursor, mut count) = (Vec::new(), None::<Value>, 0);
    loop {
        let params = cursor.map_or(json!({}), |cursor| json!({ "cursor": cursor }));
        let page = result(app, revision, method, params);
        names.extend(page[member].as_array().expect("a page").iter().map(|item| item["name"].clone()));
        count += 1;
        match page.get("nextCursor") {
            Some(next) => cursor = Some(next.clone()),
            None => return (names, count),
        }
    }
}

#[test]
fn pages_hold_what_one_list_holds() {
    let whole = probe();
    for size in [1, 2, 3, 1000] {
        let app = paged(size);
        for (method, member) in LISTS {
            for revision in ["2024-11-05", STATELESS] {
                let (names, one) = pages(&whole, revision, method, member);
                assert_eq!(one, 1);
                assert_eq!(pages(&app, revision, method, member), (names.clone(), names.len().div_ceil(size)));
            }
        }
    }
}

#[test]
fn a_cursor_is_one_of_ours_or_none() {
    let app = paged(1);
    let tools = result(&app, STATELESS, "tools/list", json!({}))["nextCursor"].clone();
    assert!(!tools.as_str().unwrap().contains(['1', ':']), "it says nothing: {tools}");
    for cursor in [json!(""), json!("x"), json!("MTox"), json!("1"), json!(1), json!(null)] {
        let refused = request(app.address, STATELESS, "tools/list", json!({ "cursor": cursor }));
        assert_eq!(wire::error(&refused).1, -32602, "{cursor}");
    }
    for (method, _) in &LISTS[1..] {
        let refused = request(app.address, STATELESS, method, json!({ "cursor": tools }));
        assert_eq!(wire::error(&refused).1, -32602, "{method}");
    }
}

#[test]
fn what_there_is_none_of_is_no_capability() {
    let app = App::local_host(sample("hello"));
    for revision in HANDSHAKE_REVISIONS.into_iter().chain([STATELESS]) {
        let capabilities = &introduction(&app, revision)["capabilities"];
        assert!(capabilities["tools"].is_object(), "{revision}: {capabilities}");
        for other in ["prompts", "resources", "completions"] {
            assert!(capabilities.get(other).is_none(), "{revision}: {capabilities}");
        }
    }
}

/// Specification of each revision: `schema`.
#[test]
fn tools_are_described_in_the_words_of_a_revision() {
    let app = probe();
    let tool = |revision| listed(&app, revision, "tools/list", "tools", "described");
    assert_eq!(members(&tool("2024-11-05")), ["description", "inputSchema", "name"]);
    assert_eq!(members(&tool("2025-03-26")), ["annotations", "description", "inputSchema", "name"]);
    let with_title = ["_meta", "annotations", "description", "inputSchema", "name", "outputSchema", "title"];
    assert_eq!(members(&tool("2025-06-18")), with_title);
    for revision in ["2025-11-25", STATELESS] {
        let tool = tool(revision);
        assert_eq!(
            members(&tool),
            ["_meta", "annotations", "description", "icons", "inputSchema", "name", "outputSchema", "title"]
        );
        let icon =
            json!({ "src": "https://example.com/a.png", "mimeType": "image/png", "sizes": ["48x48"], "theme": "dark" });
        assert_eq!(tool["icons"], json!([icon]));
        assert_eq!(
            (&tool["annotations"], &tool["_meta"]),
            (&json!({ "readOnlyHint": true }), &json!({ "com.example/cost": 3 }))
        );
    }
}

#[test]
fn resources_are_described_in_the_words_of_a_revision() {
    let app = probe();
    let resource = |revision| listed(&app, revision, "resources/list", "resources", "terms");
    let template = |revision| listed(&app, revision, "resources/templates/list", "resourceTemplates", "item");
    for revision in ["2024-11-05", "2025-03-26"] {
        assert_eq!(members(&resource(revision)), ["description", "mimeType", "name", "size", "uri"]);
        assert_eq!(members(&template(revision)), ["description", "mimeType", "name", "uriTemplate"]);
    }
    assert_eq!(members(&resource("2025-06-18")), ["description", "mimeType", "name", "size", "title", "uri"]);
    for revision in ["2025-11-25", STATELESS] {
        assert_eq!(members(&resource(revision)), ["description", "icons", "mimeType", "name", "size", "title", "uri"]);
        assert_eq!(members(&template(revision)), ["description", "mimeType", "name", "title", "uriTemplate"]);
    }
}

#[test]
fn prompts_are_described_in_the_words_of_a_revision() {
    let app = probe();
    let prompt = |revision| listed(&app, revision, "prompts/list", "prompts", "about");
    for revision in ["2024-11-05", "2025-03-26"] {
        assert_eq!(members(&prompt(revision)), ["arguments", "description", "name"]);
        assert_eq!(members(&prompt(revision)["arguments"][0]), ["description", "name", "required"]);
    }
    assert_eq!(members(&prompt("2025-06-18")), ["_meta", "arguments", "description", "name", "title"]);
    for revision in ["2025-11-25", STATELESS] {
        assert_eq!(members(&prompt(revision)), ["_meta", "arguments", "description", "icons", "name", "title"]);
        assert_eq!(members(&prompt(revision)["arguments"][0]), ["description", "name", "required", "title"]);
    }
}

#[test]
fn the_server_is_described_in_the_words_of_a_revision() {
    let app = probe();
    let info = |revision| match introduction(&app, revision) {
        modern if revision == STATELESS => modern["_meta"]["io.modelcontextprotocol/serverInfo"].clone(),
        legacy => legacy["serverInfo"].clone(),
    };
    for revision in ["2024-11-05", "2025-03-26"] {
        assert_eq!(info(revision), json!({ "name": "probe", "version": "1.0" }));
    }
    assert_eq!(info("2025-06-18"), json!({ "name": "probe", "version": "1.0", "title": "Probe" }));
    for revision in ["2025-11-25", STATELESS] {
        assert_eq!(members(&info(revision)), ["description", "icons", "name", "title", "version", "websiteUrl"]);
    }
}

#[test]
fn contents_are_kept_as_long_as_their_function_says() {
    let app = probe();
    let caching = |uri: &str| {
        let result = result(&app, STATELESS, "resources/read", json!({ "uri": uri }));
        (result["ttlMs"].clone(), result["cacheScope"].clone())
    };
    assert_eq!(caching("docs://terms"), (json!(3_600_000), json!("public")));
    assert_eq!(caching("items://a/1"), (json!(60_000), json!("private")));
    assert_eq!(caching("docs://now"), (json!(0), json!("private")));
    for (method, _) in LISTS {
        let list = result(&app, STATELESS, method, json!({}));
        assert!(list["ttlMs"].is_u64() && list["cacheScope"] == "public", "{list}");
    }
    for revision in HANDSHAKE_REVISIONS {
        let read = result(&app, revision, "resources/read", json!({ "uri": "docs://terms" }));
        assert_eq!(members(&read), ["contents"]);
    }
}
