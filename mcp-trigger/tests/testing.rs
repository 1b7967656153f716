//! `mcp_trigger::testing`, as the tests of an app use it.

#![allow(clippy::unwrap_used)]

use mcp_trigger::content::ContentBlock;
use mcp_trigger::testing::{StartError, TestApp, block_on};
use mcp_trigger::{
    App, Args, Context, Json, Output, Principal, PromptMessage, ResourceError, State, ToolError, mcp_prompt,
    mcp_resource, mcp_tool,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Db = Arc<Mutex<Vec<String>>>;

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Saved {
    id: usize,
    by: String,
}

/// Saves a snippet.
#[mcp_tool(roles("writer", "admin"))]
async fn save_snippet(
    name: String,
    snippet: String,
    #[output(blob, path = "snippets/{mcptoolargs.name}.txt")] file: Output<String>,
    #[output(queue, queue_name = "saved")] saved: Output<Vec<String>>,
    State(db): State<Db>,
    caller: Principal,
    cx: &Context,
) -> Result<Json<Saved>, ToolError> {
    if snippet.is_empty() {
        return Err("the snippet is empty".into());
    }
    cx.info(format_args!("saving {name} for {}", cx.header("User-Agent").unwrap_or("somebody")));
    file.set(snippet);
    saved.push(name.clone());
    saved.push("2 lines\nin one".to_owned());
    let mut db = db.lock().unwrap();
    db.push(name);
    Ok(Json(Saved { id: db.len(), by: caller.id().to_owned() }))
}

/// Reads a snippet.
#[mcp_tool]
fn read_snippet(
    #[input(blob, path = "snippets/{mcptoolargs.name}.txt")] file: Option<String>,
    #[input(blob, path = "snippets/{mcptoolargs.name}.bin")] bytes: Option<Vec<u8>>,
    #[input(blob, path = "snippets/{mcptoolargs.name}.json")] facts: Option<Json<Saved>>,
    #[input(binding(type = "table", tableName = "snippets"))] row: Option<Json<Value>>,
    #[output(binding(type = "cosmosDB", databaseName = "db", containerName = "reads"))] read: Output<Json<Value>>,
    #[output(blob, path = "logs/reads")] log: Output<Vec<u8>>,
    name: String,
) -> String {
    read.set(Json(json!({ "name": name })));
    log.set(vec![0xff, 0]);
    format!("{file:?} {bytes:?} {:?} {:?}", facts.map(|Json(saved)| saved.id), row.map(|Json(row)| row))
}

#[derive(Deserialize, JsonSchema)]
struct Range {
    from: i64,
    to: Option<i64>,
}

/// Says how the call came in.
#[mcp_tool]
fn describe_call(Args(range): Args<Range>, cx: &Context) -> Vec<ContentBlock> {
    let client = cx.client_info().map(|client| format!("{} {}", client.name, client.version));
    vec![
        ContentBlock::text(format!("{:?}", (range.from, range.to))),
        ContentBlock::image([0], "image/png"),
        ContentBlock::text(format!("{:?} {:?} {:?}", client, cx.session_id(), cx.principal().is_some())),
    ]
}

/// Fails in all ways.
#[mcp_tool(timeout = "20ms")]
async fn fail(how: String) -> Result<String, ToolError> {
    match how.as_str() {
        "privately" => Err(ToolError::private("the password is wrong")),
        "panic" => panic!("over the edge"),
        _ => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(how)
        }
    }
}

/// Who somebody is.
#[mcp_resource("users://{id}/profile", percent_decode)]
async fn profile(id: String, cx: &Context) -> Result<Option<Json<Saved>>, ResourceError> {
    cx.warn("profiles are slow");
    match id.as_str() {
        "nobody" => Ok(None),
        "x" => Err("x has no profile".into()),
        _ => Ok(Some(Json(Saved { id: 1, by: id }))),
    }
}

/// A profile that is the same for all.
#[mcp_resource("users://admin/profile", mime_type = "application/octet-stream")]
fn admin_profile() -> Vec<u8> {
    vec![0xff]
}

/// Reviews code.
#[mcp_prompt(name = "review", function = "Review")]
fn review_code(code: String, focus: Option<String>) -> Result<Vec<PromptMessage>, String> {
    if code.is_empty() {
        return Err("there is no code".to_owned());
    }
    Ok(vec![PromptMessage::user(format!("Review {code}")), PromptMessage::assistant(focus.unwrap_or_default())])
}

async fn app() -> TestApp {
    TestApp::new(App::new().state(Db::default())).await.unwrap()
}

fn ann() -> Principal {
    Principal::new("ann").with_role("admin")
}

#[tokio::test]
async fn a_tool_with_all_that_belongs_to_it() {
    let app = app().await;
    let save = || app.tool("SAVE_snippet").arguments(json!({ "name": "hi", "snippet": "one" }));
    let reply = save().principal(ann()).header("user-agent", "a test").call().await;
    assert!(!reply.is_error(), "{reply:?}");
    assert_eq!(reply.structured::<Saved>(), Saved { id: 1, by: "ann".to_owned() });
    assert_eq!(reply.text(), r#"{"id":1,"by":"ann"}"#);
    assert_eq!(reply.logs(), ["saving hi for a test"]);
    assert_eq!(reply.output_text("file").as_deref(), Some("one"));
    assert_eq!(reply.output_messages("saved"), ["hi", "2 lines\nin one"]);

    // The app keeps its state from call to call.
    let reply = save().argument("snippet", "two").principal(ann()).call().await;
    assert_eq!(reply.structured::<Saved>().id, 2);
    assert_eq!(reply.output_text("file").as_deref(), Some("two"));
}

#[tokio::test]
async fn what_failed_stores_nothing() {
    let app = app().await;
    let reply = app.tool("save_snippet").argument("name", "hi").argument("snippet", "").principal(ann()).call().await;
    assert!(reply.is_error() && reply.output_text("file").is_none() && reply.output_messages("saved").is_empty());
    assert_eq!((reply.text().as_str(), reply.error()), ("the snippet is empty", Some("the snippet is empty")));

    let reply = app.tool("save_snippet").argument("name", "hi").principal(ann()).call().await;
    assert_eq!(reply.text(), "argument `snippet` is missing");
    let reply = app.tool("save_snippet").arguments([1]).principal(ann()).call().await;
    assert_eq!(reply.text(), "the arguments have to be a JSON object");
}

#[tokio::test]
async fn roles_are_checked_and_headers_not_believed() {
    let app = app().await;
    let save = || app.tool("save_snippet").argument("name", "hi").argument("snippet", "x");
    assert_eq!(save().call().await.text(), "the caller is not signed in: sign in and call again");
    let reply = save().header("X-MS-CLIENT-PRINCIPAL-ID", "ann").call().await;
    assert!(reply.is_error(), "{reply:?}");
    let reply = save().principal(Principal::new("bob").with_role("reader")).call().await;
    assert!(reply.text().starts_with("the caller lacks the role `writer` or `admin`"), "{}", reply.text());
}

#[tokio::test]
async fn inputs_are_what_the_test_says() {
    let app = app().await;
    let read = || app.tool("read_snippet").argument("name", "hi");
    let reply = read().call().await;
    assert_eq!(reply.text(), "None None None None");

    let reply = read()
        .input("file", "hé\0")
        .input("bytes", b"\xff\0")
        .input("facts", json!({ "id": 7, "by": "ann" }))
        .input("row", json!({ "a": 1 }))
        .call()
        .await;
    assert_eq!(reply.text(), r#"Some("hé\0") Some([255, 0]) Some(7) Some(Object {"a": Number(1)})"#);
    assert_eq!(reply.output_json::<Value>("read").unwrap(), json!({ "name": "hi" }));
    assert_eq!(reply.output_bytes("log").unwrap(), [0xff, 0]);

    let reply = read().input("file", vec![0xff]).call().await;
    assert_eq!(reply.text(), "input `file`: it is not text in UTF-8");
}

#[test]
fn a_test_needs_no_runtime_of_its_own() {
    block_on(async {
        let app = app().await;
        let describe = || app.tool("describe_call").arguments(json!({ "from": 1 }));
        let reply = describe().argument("to", 2).client_info("Inspector", "1").session_id("s").call().await;
        assert_eq!(reply.text(), "(1, Some(2))\nSome(\"Inspector 1\") Some(\"s\") false");
        assert_eq!(reply.content().len(), 3);
        assert!(describe().principal(ann()).call().await.text().ends_with("None None true"));
    });
}

#[tokio::test]
async fn the_test_learns_what_the_client_does_not() {
    let app = app().await;
    for (how, log) in [
        ("privately", "the password is wrong"),
        ("panic", "it panicked: over the edge"),
        ("late", "fail took longer than 0.02 s and was stopped"),
    ] {
        let reply = app.tool("fail").argument("how", how).call().await;
        assert!(reply.is_error() && !reply.text().contains("password") && !reply.text().contains("edge"));
        assert_eq!(reply.error(), Some(log));
        assert_eq!(reply.logs(), [format!("ERROR: fail failed: {log}")]);
    }
}

#[tokio::test]
async fn resources_are_read_by_their_addresses() {
    let app = app().await;
    let reply = app.resource("users://a%20b/profile").read().await;
    assert_eq!(reply.json::<Saved>().by, "a b");
    assert_eq!((reply.mime_type(), reply.text()), (Some("application/json"), r#"{"id":1,"by":"a b"}"#));
    assert_eq!(reply.value().unwrap().uri, "users://a%20b/profile");
    assert_eq!(reply.logs(), ["WARN: profiles are slow"]);

    assert_eq!(app.resource("users://admin/profile").read().await.bytes(), [0xff], "it comes before the template");
    let nobody = app.resource("users://nobody/profile").read().await;
    assert!(nobody.value().is_none() && nobody.error().is_none());
    assert_eq!(app.resource("users://x/profile").read().await.error(), Some("x has no profile"));
}

#[tokio::test]
async fn prompts_are_asked_for_by_their_names() {
    let app = app().await;
    let reply = app.prompt("review").argument("code", "fn").argument("focus", "speed").get().await;
    assert_eq!(reply.text(), "Review fn\nspeed");
    assert_eq!(reply.messages().len(), 2);
    assert_eq!(app.prompt("Review").argument("code", "").get().await.error(), Some("there is no code"));
    assert_eq!(app.prompt("review").get().await.error(), Some("argument `code` is missing"));
}

#[tokio::test]
async fn what_there_is() {
    let app = app().await;
    assert_eq!(app.tools(), ["describe_call", "fail", "read_snippet", "save_snippet"]);
    assert_eq!(app.resources(), ["users://admin/profile", "users://{id}/profile"]);
    assert_eq!(app.prompts(), ["review"]);
    assert_eq!(app.input_schema("describe_call")["required"], json!(["from"]));
    assert_eq!(app.output_schema("save_snippet").unwrap()["required"], json!(["id", "by"]));
    assert_eq!(app.output_schema("fail"), None);
}

#[tokio::test]
async fn an_app_that_would_not_start_says_why() {
    let error: StartError = TestApp::new(App::new()).await.unwrap_err();
    assert!(error.to_string().contains("`save_snippet` asks for State<"), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
    let failing = App::new().state_with(|| async { Err::<Db, _>("no database") });
    let error = TestApp::new(failing).await.unwrap_err();
    assert!(error.to_string().contains("no database"), "{error}");
}

#[tokio::test]
#[should_panic(expected = "there is no tool `save`, only `describe_call`, `fail`, `read_snippet`, `save_snippet`")]
async fn a_tool_that_is_not_there() {
    let _ = app().await.tool("save");
}

#[tokio::test]
#[should_panic(expected = "there is no input `fil`, only `file`, `bytes`, `facts`, `row`")]
async fn an_input_that_is_not_there() {
    let _ = app().await.tool("read_snippet").input("fil", "");
}

#[tokio::test]
#[should_panic(expected = "there is no output `fil`, only `file`, `saved`")]
async fn an_output_that_is_not_there() {
    let app = app().await;
    let _ = app.tool("save_snippet").call().await.output_text("fil");
}
