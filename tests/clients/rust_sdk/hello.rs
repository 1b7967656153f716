//! `samples/hello`: the tools, and what holds for every server.

use super::{Client, call, end, listen_to_warnings, refusal, text, transport};
use rmcp::model::{CallToolRequestParams, ClientRequest, PingRequest, ProtocolVersion, ServerResult, Tool};
use rmcp::{ClientLifecycleMode, ClientServiceExt};
use serde_json::{Value, json};
use tests::process::App;

async fn connect() -> (App, Client) {
    super::connect("hello").await
}

#[tokio::test]
async fn introduces_itself() {
    let (_app, client) = connect().await;
    let server = client.peer_info().unwrap();
    assert_eq!(server.protocol_version.as_str(), "2025-06-18", "the last revision that the extension speaks");
    let info = server.server_info.as_ref().unwrap();
    assert!(!info.name.is_empty() && !info.version.is_empty(), "{info:?}");
    assert!(server.capabilities.tools.is_some(), "{server:?}");

    let pong = client.send_request(ClientRequest::PingRequest(PingRequest::default())).await.unwrap();
    assert!(matches!(pong, ServerResult::EmptyResult(_)), "{pong:?}");
    end(client).await;
}

/// Newer clients ask with `server/discover` first, a method of 2026-07-28 that the extension does not know. The refusal has to
/// be one that sends them on to `initialize`.
#[tokio::test]
async fn sends_newer_clients_to_initialize() {
    listen_to_warnings();
    let app = App::local_host(tests::process::sample("hello"));
    let (newest, fallback) = (ProtocolVersion::V_2026_07_28, ProtocolVersion::V_2025_11_25);
    let lifecycle = ClientLifecycleMode::Auto { preferred_versions: vec![newest], legacy_version: Some(fallback) };
    let client = ().serve_with_lifecycle(transport(&app, None), lifecycle).await.unwrap();
    assert_eq!(client.peer_info().unwrap().protocol_version.as_str(), "2025-06-18");
    assert_eq!(client.list_all_tools().await.unwrap().len(), 3);
    end(client).await;
}

#[tokio::test]
async fn lists_the_tools() {
    let (_app, client) = connect().await;
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| &*tool.name).collect();
    assert_eq!(names, ["greet", "hello", "languages"]);
    let [greet, hello, languages] = &tools[..] else { unreachable!() };

    assert_eq!(hello.description.as_deref(), Some("Says hello to someone."));
    assert_eq!(hello.output_schema, None);
    // The attribute sets both, but the extension has no property for them: only `/mcp` can tell.
    assert_eq!((&hello.title, &hello.annotations), (&None, &None));
    assert_eq!(input(hello)["required"], json!(["name"]));
    assert_eq!(input(hello)["properties"]["name"], json!({ "type": "string", "description": "Who to greet" }));
    assert_eq!(input(languages)["type"], "object", "clients demand a schema even where there are no arguments");
    assert_eq!(languages.output_schema, None);

    let schema = input(greet);
    assert_eq!(schema["required"], json!(["person", "language"]));
    let person = &schema["properties"]["person"];
    assert_eq!(person["type"], "object", "in place: many clients do not follow a $ref");
    assert_eq!(person["description"], "Whom to greet");
    assert_eq!(person["required"], json!(["name"]));
    assert_eq!(person["properties"]["name"]["description"], "What friends call them");
    assert_eq!(schema["properties"]["language"]["enum"], json!(["english", "norwegian", "rust"]));
    let output = Value::Object((**greet.output_schema.as_ref().unwrap()).clone());
    assert_eq!(output["type"], "object");
    assert_eq!(output["required"], json!(["text", "length"]));
    assert_eq!(output["properties"]["length"]["type"], "integer");
    end(client).await;
}

fn input(tool: &Tool) -> Value {
    Value::Object((*tool.input_schema).clone())
}

#[tokio::test]
async fn calls_each_tool() {
    let (_app, client) = connect().await;
    let languages = client.call_tool(CallToolRequestParams::new("languages")).await.unwrap();
    assert_eq!(text(&languages), "English, Norwegian, Rust");
    assert_eq!(languages.structured_content, None);
    assert_ne!(languages.is_error, Some(true));

    let hello = call(&client, "hello", json!({ "name": "Zoë 🦀" })).await.unwrap();
    assert_eq!(text(&hello), "Hello, Zoë 🦀!");

    let person = json!({ "name": "Kari", "city": "Bergen" });
    let arguments = json!({ "person": person, "language": "norwegian", "exclaim": true });
    let greeting = call(&client, "greet", arguments).await.unwrap();
    let expected = json!({ "text": "Hei, Kari of Bergen!", "length": 20 });
    assert_eq!(greeting.structured_content.as_ref(), Some(&expected));
    // For clients that do not read structured content.
    assert_eq!(serde_json::from_str::<Value>(text(&greeting)).unwrap(), expected);

    let least = json!({ "person": { "name": "Ada" }, "language": "rust" });
    let greeting = call(&client, "greet", least).await.unwrap();
    assert_eq!(greeting.structured_content.unwrap()["text"], "println!(\"Hello, Ada\")");
    end(client).await;
}

/// What a model can mend is a result that it reads. What the host refuses, before a function runs, is an error of the protocol.
#[tokio::test]
async fn tells_mistakes() {
    let (_app, client) = connect().await;
    for (arguments, argument) in [
        (json!({ "person": { "name": 7 }, "language": "rust" }), "person"),
        (json!({ "person": { "name": "Ada" }, "language": "latin" }), "language"),
        (json!({ "person": { "name": "Ada" }, "language": "rust", "exclaim": "yes" }), "exclaim"),
    ] {
        let result = call(&client, "greet", arguments).await.unwrap();
        assert_eq!(result.is_error, Some(true), "{result:?}");
        assert!(text(&result).contains(&format!("`{argument}")), "{result:?}");
    }

    let missing = refusal(call(&client, "greet", json!({ "language": "rust" })).await);
    assert!(missing.contains("person"), "{missing}");
    let unknown = refusal(call(&client, "greet_all", json!({})).await);
    assert!(unknown.contains("greet_all"), "{unknown}");

    let after = call(&client, "hello", json!({ "name": "again" })).await.unwrap();
    assert_eq!(text(&after), "Hello, again!", "a mistake does not end the session");
    end(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_twenty_at_once() {
    let (_app, client) = connect().await;
    let calls = (0..20).map(|number| {
        let peer = client.peer().clone();
        tokio::spawn(async move {
            let arguments = json!({ "name": number.to_string() }).as_object().cloned().unwrap();
            peer.call_tool(CallToolRequestParams::new("hello").with_arguments(arguments)).await
        })
    });
    let calls: Vec<_> = calls.collect();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(text(&call.await.unwrap().unwrap()), format!("Hello, {number}!"));
    }
    end(client).await;
}
