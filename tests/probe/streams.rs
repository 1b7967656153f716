//! What tests of streams need: something to listen to, to ask, to wait for, and to take back.

use mcp_trigger::{Context, Elicited, ToolError, mcp_resource, mcp_tool};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A note.
#[mcp_resource("probe://notes/{id}", function = "Note")]
fn note(id: u32) -> String {
    format!("note {id}")
}

/// Changes a list, or a resource.
#[mcp_tool(function = "Change")]
fn change(what: String, cx: &Context) {
    match what.as_str() {
        "tools" => cx.changes().tools(),
        "prompts" => cx.changes().prompts(),
        "resources" => cx.changes().resources(),
        uri => cx.changes().resource(uri),
    }
}

/// Tells of steps, with some time before each, and how many there were.
#[mcp_tool(function = "Steps")]
async fn steps(count: u32, millis: u64, cx: &Context) -> String {
    for step in 1..=count {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        cx.progress(f64::from(step), f64::from(count), None);
    }
    format!("{count} steps")
}

/// Talks more than anybody reads.
#[mcp_tool(function = "Talk")]
async fn talk(lines: usize, length: usize, cx: &Context) -> String {
    let _count = CountEnd;
    let words = "x".repeat(length);
    for _ in 0..lines {
        cx.debug(&words);
        tokio::task::yield_now().await;
    }
    format!("{lines} lines")
}

/// Sends its client away, and answers when it is back.
#[mcp_tool(function = "Pause")]
async fn pause(cx: &Context) -> &'static str {
    cx.pause_stream();
    tokio::time::sleep(Duration::from_millis(200)).await;
    "welcome back"
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Guest {
    name: String,
}

/// Asks who is there.
#[mcp_tool(function = "Knock")]
async fn knock(cx: &Context) -> Result<String, ToolError> {
    Ok(match cx.elicit::<Guest>("Who is there?").await? {
        Elicited::Accepted(guest) => format!("Hello, {}!", guest.name),
        other => other.action().to_owned(),
    })
}

static ENDED: AtomicUsize = AtomicUsize::new(0);

/// Counts the calls that ended, in whatever way.
struct CountEnd;

impl Drop for CountEnd {
    fn drop(&mut self) {
        ENDED.fetch_add(1, Ordering::Relaxed);
    }
}

/// Never ends by itself. It says once that it has begun.
#[mcp_tool(function = "Forever")]
async fn forever(cx: &Context) {
    let _count = CountEnd;
    cx.progress(1.0, None, "begun");
    std::future::pending::<()>().await;
}

/// How many calls of `forever` and `talk` have ended.
#[mcp_tool(function = "Ended")]
fn ended() -> usize {
    ENDED.load(Ordering::Relaxed)
}
