//! Apps behind a host, with blobs and messages in a storage account. An identity is tried on a service of ours; a connection string,
//! if `MCP_TRIGGER_TEST_STORAGE` has one, on what it names, such as Azurite:
//!
//!     npx azurite --inMemoryPersistence --skipApiVersionCheck
//!     MCP_TRIGGER_TEST_STORAGE=UseDevelopmentStorage=true cargo test -p tests --features azure-storage --test storage

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod service;

use serde_json::{Value, json};
use service::{Seen, Service};
use tests::http::exchange;
use tests::process::{App, free_port, sample_with};
use tests::recording::{Headers, Response};

const BOUND: &str = env!("CARGO_BIN_EXE_bound");

fn ask(app: &App, method: &str, params: Value) -> Response {
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string();
    let headers = [
        ("Host", "localhost"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", "2025-11-25"),
    ];
    let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    exchange(app.address, "POST", "/mcp", &headers, body.as_bytes())
}

fn call(app: &App, tool: &str, arguments: Value) -> String {
    let response = ask(app, "tools/call", json!({ "name": tool, "arguments": arguments }));
    let body: Value = serde_json::from_str(&response.body).unwrap();
    body["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

/// An app that has an identity in Azure: the platform's own service gives it tokens, and the storage takes them.
fn with_identity(service: &Service, settings: &[(&str, &str)]) -> App {
    let identity = format!("{}/token", service.address());
    let usual = [("IDENTITY_ENDPOINT", identity.as_str()), ("IDENTITY_HEADER", "s3cret"), ("ARCHIVE", "archive")];
    App::handler(BOUND, &[&usual, settings].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_opens_the_account_that_settings_name() {
    let service = Service::start().await;
    let [blobs, queues] = ["blobs", "queues"].map(|of| format!("{}/{of}", service.address()));
    let app = with_identity(
        &service,
        &[("AzureWebJobsStorage__blobServiceUri", &blobs), ("AzureWebJobsStorage__queueServiceUri", &queues)],
    );
    tokio::task::block_in_place(|| {
        assert_eq!(call(&app, "load", json!({ "name": "a b" })), "there is no note a b");
        assert_eq!(call(&app, "save", json!({ "name": "a b", "text": "hi" })), "saved a b");
        assert_eq!(call(&app, "load", json!({ "name": "a b" })), "hi");
    });
    let Seen { blobs, messages, tokens, refused } = service.seen();
    assert_eq!(blobs["notes/a%20b.txt"], "hi");
    assert_eq!(messages, ["aGk="]);
    // One token for each service, kept as long as it is good; the identity is the one of the app.
    assert!(tokens.len() <= 2, "{tokens:?}");
    assert!(
        tokens[0].contains("resource=https%3A%2F%2Fstorage.azure.com") && !tokens[0].contains("client_id"),
        "{tokens:?}"
    );
    assert_eq!(refused, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_was_assigned_is_named_by_its_client_id() {
    let service = Service::start().await;
    let blobs = format!("{}/blobs", service.address());
    let app = with_identity(
        &service,
        &[
            ("AzureWebJobsStorage__blobServiceUri", &blobs),
            ("AzureWebJobsStorage__credential", "managedidentity"),
            ("AzureWebJobsStorage__clientId", "11111111-2222-3333-4444-555555555555"),
        ],
    );
    tokio::task::block_in_place(|| {
        assert_eq!(call(&app, "load", json!({ "name": "a" })), "there is no note a");
        // There is no address for queues: the call says that it failed, the log why.
        let failed = call(&app, "save", json!({ "name": "a", "text": "hi" }));
        assert!(failed.contains("one of its outputs cannot be stored"), "{failed}");
    });
    assert!(service.seen().tokens[0].contains("client_id=11111111-2222-3333-4444-555555555555"));
    app.signal("TERM");
    let (_, stdout, stderr) = app.ended();
    let log = stdout + &stderr;
    assert!(log.contains("cannot write the output `message`") && log.contains("`__queueServiceUri`"), "{log}");
}

/// The account or its identity may be wrong: calls say that they failed, and the log says what to do.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_refuses_is_told_with_advice() {
    let service = Service::start().await;
    let blobs = format!("{}/refused", service.address());
    let app = with_identity(&service, &[("AzureWebJobsStorage__blobServiceUri", &blobs)]);
    let failed = tokio::task::block_in_place(|| call(&app, "load", json!({ "name": "a" })));
    assert_eq!(failed, "load failed: one of its inputs cannot be read; the log says why");
    app.signal("TERM");
    let (_, stdout, stderr) = app.ended();
    let log = stdout + &stderr;
    assert!(log.contains("Storage Blob Data Contributor") && !log.contains("s3cret"), "{log}");
}

/// The official sample, self-hosted: `/mcp` and nothing else.
#[test]
fn the_snippets_sample_runs_self_hosted() {
    let Some(connection_string) = std::env::var("MCP_TRIGGER_TEST_STORAGE").ok().filter(|text| !text.is_empty()) else {
        tests::say("SKIPPED: a test against a storage account; MCP_TRIGGER_TEST_STORAGE has no connection string");
        return;
    };
    let mut command = sample_with("snippets", "azure-storage");
    let port = free_port();
    command.args(["handler", "--no-invocations"]).env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string());
    command.env("AzureWebJobsStorage", connection_string);
    let app = App::spawn(command, ([127, 0, 0, 1], port).into());
    app.wait_until_ready();
    let name = format!("test/{}", std::process::id());
    assert!(call(&app, "get_snippets", json!({ "snippetname": name })).starts_with("There is no snippet"));
    for snippet in ["print(1)\n", "abcd", "2026-01-02T03:04:05Z", ""] {
        assert_eq!(
            call(&app, "save_snippet", json!({ "snippetname": name, "snippet": snippet })),
            format!("Saved `{name}`.")
        );
        assert_eq!(call(&app, "get_snippets", json!({ "snippetname": name })), snippet);
    }
}
