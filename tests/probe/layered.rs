//! An app with layers around its functions, which mark what passes them, and with functions that are traced.

use mcp_trigger::content::ResourceBody;
use mcp_trigger::{
    App, Context, ExitCode, FunctionCall, FunctionError, Layer, Next, PromptMessage, Returned, ServerInfo, ToolError,
    async_trait, mcp_prompt, mcp_resource, mcp_tool,
};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tracing::Instrument as _;

/// Says what it was told, inside of a span of its own.
#[mcp_tool(function = "Echo")]
async fn echo(text: String) -> String {
    let span = tracing::info_span!("look_up", length = text.len());
    let looked_up = async {
        tokio::task::yield_now().await;
        tracing::info!("looked up");
        text
    };
    looked_up.instrument(span).await
}

/// Logs, and fails.
#[mcp_tool(function = "Fail")]
fn fail(cx: &Context) -> Result<(), ToolError> {
    cx.warn("about to fail");
    Err("no such city".into())
}

/// Panics.
#[mcp_tool(function = "Panic")]
fn panic() {
    panic!("on purpose");
}

/// Takes more time than it has.
#[mcp_tool(function = "TooSlow", timeout = "50ms")]
async fn too_slow() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Waits for longer than anybody.
#[mcp_tool(function = "WaitLong")]
async fn wait_long() {
    WAITING.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(60)).await;
}

/// How many calls of `wait_long` have begun.
#[mcp_tool(function = "Waiting")]
fn waiting() -> usize {
    WAITING.load(Ordering::Relaxed)
}

/// Is a task, for clients that know tasks.
#[mcp_tool(function = "Later", task)]
async fn later() -> &'static str {
    tokio::time::sleep(Duration::from_millis(50)).await;
    "done later"
}

/// Prints to standard output, and reads from standard input.
#[mcp_tool(function = "Print")]
fn print() -> Result<usize, ToolError> {
    println!("printed by a function");
    Ok(std::io::read_to_string(std::io::stdin())?.len())
}

/// Is refused by a layer.
#[mcp_tool(function = "Forbidden")]
fn forbidden() -> &'static str {
    "called"
}

/// A note.
#[mcp_resource("notes://{id}", function = "Note")]
fn note(#[arg(complete = ids)] id: String) -> Result<String, ToolError> {
    if id == "0" { Err("there is no note 0".into()) } else { Ok(format!("note {id}")) }
}

fn ids(typed: &str) -> Vec<String> {
    vec![format!("{typed}1")]
}

/// Asks for a summary.
#[mcp_prompt(function = "Summarize")]
fn summarize(topic: String) -> String {
    format!("Summarize {topic}.")
}

/// Adds its name, the kind and the name of the call to what is returned.
struct Mark(&'static str);

#[async_trait]
impl Layer for Mark {
    async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
        let given = call.arguments().map(|arguments| arguments.get().to_owned()).or(call.uri().map(str::to_owned));
        let given = given.unwrap_or_default();
        let mark = format!("{}: {:?} {} {given}", self.0, call.kind(), call.name());
        Ok(match next.run().await? {
            Returned::Tool(mut result) => {
                result.content.push(mark.into());
                Returned::Tool(result)
            }
            Returned::Prompt(mut result) => {
                result.messages.push(PromptMessage::user(mark));
                Returned::Prompt(result)
            }
            Returned::Resource(Some(mut contents)) => {
                if let ResourceBody::Text(text) = &mut contents.body {
                    text.push_str("; ");
                    text.push_str(&mark);
                }
                Returned::Resource(Some(contents))
            }
            Returned::Completion(mut completions) => {
                completions.values.push(mark);
                Returned::Completion(completions)
            }
            other => other,
        })
    }
}

/// Refuses calls of `forbidden`.
struct Guard;

#[async_trait]
impl Layer for Guard {
    async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
        if call.name() == "forbidden" {
            return Err("the guard lets nobody pass".into());
        }
        next.run().await
    }
}

fn main() -> ExitCode {
    let app = App::new().server(ServerInfo::new("layered", "2.1"));
    let app = if std::env::var_os("NO_LAYERS").is_some() {
        app
    } else {
        app.layer(Mark("outer")).layer(Guard).layer(Mark("inner"))
    };
    app.run()
}
