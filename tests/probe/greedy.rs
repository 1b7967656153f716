//! An app with the default limits, whose functions take and give as much as a client says.

use mcp_trigger::{
    App, Context, Elicited, ExitCode, McpOptions, ToolError, mcp_prompt, mcp_resource, mcp_tool, schemars,
};
use std::time::Duration;

/// Says what it was told.
#[mcp_tool(function = "Echo")]
fn echo(text: String) -> String {
    text
}

/// Returns a text of that many bytes.
#[mcp_tool(function = "Fill", task)]
fn fill(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// Holds a text for a while.
#[mcp_tool(function = "Hold", task)]
async fn hold(text: Option<String>, millis: u64) -> String {
    tokio::time::sleep(Duration::from_millis(millis)).await;
    format!("{} bytes", text.unwrap_or_default().len())
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[schemars(crate = "schemars")]
struct Guest {
    name: String,
}

/// Holds a text until the user has said who is there.
#[mcp_tool(function = "Ask", task)]
async fn ask(text: Option<String>, cx: &Context) -> Result<String, ToolError> {
    let answer = cx.elicit::<Guest>("Who is there?").await?;
    let name = if let Elicited::Accepted(guest) = answer { guest.name } else { answer.action().to_owned() };
    Ok(format!("{name}: {} bytes", text.unwrap_or_default().len()))
}

/// Talks more than anybody reads.
#[mcp_tool(function = "Talk")]
async fn talk(lines: usize, length: usize, cx: &Context) -> String {
    let words = "x".repeat(length);
    for _ in 0..lines {
        cx.info(&words);
        tokio::task::yield_now().await;
    }
    format!("{lines} lines")
}

/// A text of that many bytes.
#[mcp_resource("fill://{bytes}", function = "FillResource")]
fn fill_resource(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// A note on a shelf.
#[mcp_resource("note://{shelf}/{id}", function = "Note")]
fn note(shelf: String, #[arg(complete = ["first", "second"])] id: String) -> String {
    format!("{} {}", shelf.len(), id.len())
}

/// A prompt of that many bytes.
#[mcp_prompt(function = "FillPrompt")]
fn fill_prompt(bytes: String) -> String {
    "x".repeat(bytes.parse().unwrap_or_default())
}

fn main() -> ExitCode {
    // As by hand, behind a host too: what sessions hold is among what is limited.
    App::new().mcp(McpOptions::new().sessions(10_000, Duration::from_secs(3_600))).run()
}
