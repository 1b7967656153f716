//! An app whose tools do what tests need: wait, panic, log, fail.

mod addresses;
mod blocking;
mod described;
mod secrets;
mod streams;
/// The sample's own.
#[path = "../../samples/conformance/src/tasks.rs"]
mod tasks;

use mcp_trigger::storage::Folder;
use mcp_trigger::tasks::BlobTasks;
use mcp_trigger::{
    App, Context, DynamicTool, Elicited, ExitCode, Json, McpOptions, Principal, ServerInfo, State, ToolError, mcp_tool,
};
use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Saves nothing: the signature of a recorded function, whose invocations it can be sent.
#[mcp_tool(function = "SaveSnippet")]
fn save_snippet(snippetname: String, snippet: String) -> &'static str {
    let _ = (snippetname, snippet);
    "saved"
}

/// Says what it was told.
#[mcp_tool(function = "Echo")]
fn echo(text: String) -> String {
    text
}

/// Says more than it was told.
#[mcp_tool(function = "Repeat")]
fn repeat(times: usize) -> String {
    "x".repeat(times)
}

/// Takes its time.
#[mcp_tool(function = "Wait")]
async fn wait(millis: u64) -> String {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    format!("waited {millis} ms")
}

/// Waits until the app is stopped.
#[mcp_tool(function = "WaitForTheEnd")]
async fn wait_for_the_end(cx: &Context) -> &'static str {
    cx.cancelled().await;
    "stopped in time"
}

/// Takes more time than it has.
#[mcp_tool(function = "TooSlow", timeout = "50ms")]
async fn too_slow() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

/// Panics.
#[mcp_tool(function = "Panic")]
fn panic() {
    panic!("the secret of the panic");
}

/// Panics with what it was told.
#[mcp_tool(function = "PanicWith")]
fn panic_with(text: String) {
    panic!("{text}");
}

/// Panics after an await.
#[mcp_tool(function = "PanicLater")]
async fn panic_later() {
    tokio::task::yield_now().await;
    panic!("the secret of the panic");
}

/// Logs, in both ways.
#[mcp_tool(function = "Log")]
async fn log(cx: &Context) {
    cx.info("from the context");
    cx.warn("take care");
    tokio::task::yield_now().await;
    tracing::info!(answer = 42, "from tracing");
}

/// Fails with a message for the model.
#[mcp_tool(function = "Fail")]
fn fail() -> Result<(), ToolError> {
    Err("no such city".into())
}

/// Fails with what it was told.
#[mcp_tool(function = "EchoAndFail")]
fn echo_and_fail(text: String, cx: &Context) -> Result<(), ToolError> {
    cx.info(&text);
    tracing::info!(%text, "failing");
    Err(text.into())
}

/// Fails with a message for the log.
#[mcp_tool(function = "FailInPrivate")]
fn fail_in_private() -> Result<(), ToolError> {
    Err(ToolError::private("password is hunter2"))
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Name {
    name: String,
}

/// Asks two things, one after the other.
#[mcp_tool(function = "Ask")]
async fn ask(cx: &Context) -> Result<String, ToolError> {
    let name = match cx.elicit::<Name>("Who are you?").await? {
        Elicited::Accepted(Name { name }) => name,
        other => return Ok(other.action().to_owned()),
    };
    let city = cx.elicit::<Name>(format!("Which city, {name}?")).await?.accepted().map(|city| city.name);
    Ok(format!("{name} of {}", city.unwrap_or_default()))
}

/// Asks the user, the model and the client at once.
#[mcp_tool(function = "AskAll")]
async fn ask_all(cx: &Context) -> Result<String, ToolError> {
    let name = cx.elicit::<Name>("Who are you?").key("name").into_future();
    let word = cx.sample("Say hi").key("word").into_future();
    let (name, word, folders) = tokio::try_join!(name, word, cx.roots().key("folders").into_future())?;
    let name = name.accepted().map(|name| name.name).unwrap_or_default();
    Ok(format!("{} {name}, {} folders", word.text(), folders.len()))
}

/// Asks for what a schema says, and takes whatever comes.
#[mcp_tool(function = "AskRating")]
async fn ask_rating(cx: &Context) -> Result<String, ToolError> {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "stars": { "type": "integer", "minimum": 1, "maximum": 5 },
            "tags": { "type": "array", "items": { "enum": ["good", "bad"] }, "maxItems": 1 },
            "mail": { "type": "string", "format": "email" },
        },
        "required": ["stars"],
    });
    let answer = cx.elicit::<serde_json::Value>("How was it?").schema(schema).await?;
    Ok(answer.accepted().map_or("no answer".to_owned(), |rating| rating.to_string()))
}

/// Reports its progress.
#[mcp_tool(function = "Report")]
async fn report(cx: &Context) -> &'static str {
    for step in 1..=2 {
        cx.progress(f64::from(step), None, None);
        tokio::task::yield_now().await;
    }
    "reported"
}

/// Is for somebody who is signed in.
#[mcp_tool(function = "ForSomebody")]
fn for_somebody(who: Principal) -> String {
    who.id().to_owned()
}

/// What the tool is told of its call.
#[derive(serde::Serialize, schemars::JsonSchema)]
struct Told {
    invocation: String,
    session: Option<String>,
    transport: String,
    agent: Option<String>,
}

/// Says what it is told.
#[mcp_tool(function = "Tell")]
fn tell(cx: &Context) -> Json<Told> {
    Json(Told {
        invocation: cx.invocation_id().to_owned(),
        session: cx.session_id().map(str::to_owned),
        transport: cx.transport().to_owned(),
        agent: cx.header("user-agent").map(str::to_owned),
    })
}

#[derive(Clone, Default)]
struct Counter(Arc<AtomicUsize>);

/// Counts its calls.
#[mcp_tool(function = "Count")]
fn count(State(counter): State<Counter>) -> usize {
    counter.0.fetch_add(1, Ordering::Relaxed) + 1
}

/// A state that takes its time, and fails if the environment says so.
#[derive(Clone)]
struct Late;

async fn connect() -> Result<Late, String> {
    let setting = |name| std::env::var(name).ok();
    if let Some(millis) = setting("PROBE_SETUP_MILLIS").and_then(|millis| millis.parse().ok()) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    match setting("PROBE_SETUP_FAILS") {
        Some(reason) => Err(reason),
        None => Ok(Late),
    }
}

/// Needs the late state.
#[mcp_tool(function = "NeedLate")]
fn need_late(_: State<Late>) -> &'static str {
    "there"
}

fn main() -> ExitCode {
    let setting = |name| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let server = ServerInfo::new("probe", "1.0")
        .title("Probe")
        .description("Does what tests need.")
        .website("https://example.com")
        .icon("https://example.com/a.png");
    let mut mcp = McpOptions::new()
        .page_size(setting("PROBE_PAGE_SIZE").unwrap_or(500))
        .allow_origin("https://inspector.example");
    if let Some(count) = setting("PROBE_SESSIONS") {
        let millis = setting("PROBE_SESSION_MILLIS").unwrap_or(60_000);
        mcp = mcp.sessions(count, Duration::from_millis(millis as u64));
    }
    if let Some(count) = setting("PROBE_STREAMS") {
        mcp = mcp.streams(count);
    }
    if let Some(bytes) = setting("PROBE_MEMORY") {
        mcp = mcp.memory(bytes);
    }
    if let Some(folder) = std::env::var_os("PROBE_TASKS") {
        mcp = mcp.tasks(BlobTasks::new(Folder::new(folder)));
    }
    let body_limit = setting("PROBE_BODY_LIMIT").unwrap_or(1_000_000);
    let mut app =
        App::new().state(Counter::default()).state_with(connect).server(server).mcp(mcp).body_limit(body_limit);
    if std::env::var_os("PROBE_REFUSED").is_some() {
        // A tool that MCP allows, and some clients refuse.
        let schema = serde_json::json!({ "type": "object", "properties": { "id": { "type": ["string", "integer"] } } });
        let tool = DynamicTool::new("refused", |_: serde_json::Map<String, serde_json::Value>| async {});
        app = app.tool(tool.description("Does nothing.").input_schema(schema));
    }
    secrets::add(app).run()
}
