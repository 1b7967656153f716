//! An app whose functions have the names of the recorded ones, and tell what they were called with.

use mcp_trigger::dynamic::{PromptHandler, ResourceHandler, ToolHandler};
use mcp_trigger::{
    App, Context, DynamicPrompt, DynamicResource, DynamicTool, ExitCode, Json, Output, PromptError, ResourceError,
    ToolError, mcp_tool,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

/// What a function knows of its call.
fn told(cx: &Context, arguments: &Value) -> String {
    cx.info("from the context");
    tracing::warn!("from tracing");
    let headers: BTreeMap<_, _> = cx.headers().collect();
    let session = cx.session_id();
    json!({ "arguments": arguments, "headers": headers, "transport": cx.transport(), "session": session }).to_string()
}

struct Tells;

impl ToolHandler for Tells {
    type Arguments = Map<String, Value>;
    type Output = Result<String, ToolError>;

    async fn call(&self, arguments: Map<String, Value>, cx: &Context) -> Result<String, ToolError> {
        match arguments.get("mode").and_then(Value::as_str) {
            Some(mode) if mode.contains("err") => Err(ToolError::new(format!("{mode} \u{1} \"é\""))),
            Some("null") => Err(ToolError::private("a secret")),
            _ => Ok(told(cx, &arguments.into())),
        }
    }
}

struct TellsAsJson;

impl ToolHandler for TellsAsJson {
    type Arguments = Map<String, Value>;
    type Output = Json<Map<String, Value>>;

    async fn call(&self, arguments: Map<String, Value>, cx: &Context) -> Json<Map<String, Value>> {
        let told = [("told", told(cx, &arguments.into())), ("date", "2026-01-02T03:04:05Z".to_owned())];
        Json(told.map(|(name, text)| (name.to_owned(), text.into())).into_iter().collect())
    }
}

impl ResourceHandler for Tells {
    type Output = Result<Option<String>, ResourceError>;

    async fn read(&self, parameters: HashMap<String, String>, cx: &Context) -> Result<Option<String>, ResourceError> {
        match parameters.get("mode").map(String::as_str) {
            Some("null" | "nothing") => Ok(None),
            Some(mode) if mode.contains("err") => Err(ResourceError::new(format!("no {mode}"))),
            _ => Ok(Some(told(cx, &json!(parameters.into_iter().collect::<BTreeMap<_, _>>())))),
        }
    }
}

/// Tells it as bytes.
struct Bytes;

impl ResourceHandler for Bytes {
    type Output = Vec<u8>;

    async fn read(&self, parameters: HashMap<String, String>, cx: &Context) -> Vec<u8> {
        let parameters: BTreeMap<_, _> = parameters.into_iter().collect();
        [b"\xff\0", told(cx, &json!(parameters)).as_bytes()].concat()
    }
}

impl PromptHandler for Tells {
    type Output = Result<String, PromptError>;

    async fn get(&self, arguments: HashMap<String, String>, cx: &Context) -> Result<String, PromptError> {
        match arguments.get("mode").map(String::as_str) {
            Some(mode) if mode.contains("err") => Err(PromptError::new(format!("no {mode}"))),
            _ => Ok(told(cx, &json!(arguments.into_iter().collect::<BTreeMap<_, _>>()))),
        }
    }
}

/// Stores a text, bytes and a message.
#[mcp_tool(function = "SaveSnippet")]
fn save_snippet(
    snippetname: String,
    snippet: Option<String>,
    #[output(blob, path = "snippets/{mcptoolargs.snippetname}.json")] text: Output<String>,
    #[output(blob, path = "snippets/{mcptoolargs.snippetname}.bin")] bytes: Output<Vec<u8>>,
    #[output(queue, queue_name = "snippets")] message: Output<Json<Value>>,
) -> String {
    let snippet = snippet.unwrap_or_default();
    bytes.set([b"\0\x01\xff", snippet.as_bytes()].concat());
    message.set(Json(json!({ "snippet": snippet, "date": "2026-01-02T03:04:05Z" })));
    text.set(snippet);
    snippetname
}

/// Reads what is stored.
#[mcp_tool(function = "GetSnippetBin")]
fn get_snippet_bin(
    snippetname: String,
    #[input(blob, path = "snippets/{mcptoolargs.snippetname}")] blob: Option<Vec<u8>>,
) -> String {
    format!("{snippetname}: {blob:?}")
}

fn main() -> ExitCode {
    let tools = [
        ("hello_tool", "HelloTool"),
        ("types", "Types"),
        ("schema_tool", "Schema"),
        ("modes", "Modes"),
        ("plain", "Plain"),
        ("props", "Props"),
    ];
    let tools = tools.map(|(name, function)| DynamicTool::from_handler(name, Tells).function(function));
    let structured = [("envelopes", "Envelopes"), ("env", "Env")];
    let structured = structured.map(|(name, function)| DynamicTool::from_handler(name, TellsAsJson).function(function));
    let resources = [
        ("file://static/readme.md", "readme", "Res"),
        ("gt://mode/{mode}", "modes", "ResTemplate"),
        ("doc://two/{id}", "two", "ResEnv"),
    ];
    let resources =
        resources.map(|(uri, name, function)| DynamicResource::from_handler(uri, name, Tells).function(function));
    let bytes = DynamicResource::from_handler("gt://user/{id}/item/{item}", "items", Bytes).function("ResTemplate2");
    let prompts = [("plain_prompt", "PromptPlain"), ("env_prompt", "PromptEnv"), ("ask", "Prompt")];
    let prompts = prompts.map(|(name, function)| {
        let prompt = DynamicPrompt::from_handler(name, Tells).function(function);
        ["mode", "needed", "topic"].iter().fold(prompt, |prompt, name| prompt.optional_argument(*name, "An argument"))
    });
    let app = App::new().tools(tools).tools(structured).resource(bytes);
    let app = resources.into_iter().fold(app, App::resource);
    prompts.into_iter().fold(app, App::prompt).run()
}
